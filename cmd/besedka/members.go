package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

type membersCmd struct {
	Erase membersEraseCmd `cmd:"" help:"Forget for ever who a member is."`
}

type membersEraseCmd struct {
	place
	ID int64 `arg:"" help:"The member's number."`
}

// Run erases the member; there is no way back, not even from a backup.
func (c *membersEraseCmd) Run(ctx context.Context, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	members := member.New(in.db, in.keys, nil) // erasing joins nobody
	return members.Erase(ctx, seal.ErasuresBeside(c.masterKey()), c.ID, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, time.Now(), staff.Act{Act: "member.erase", Object: fmt.Sprintf("member/%d", c.ID)})
	})
}
