package member

import (
	"context"
	"fmt"
	"strings"

	"besedka/core/chat"
	"besedka/storage"
)

type linkedRow struct {
	WrappedKey []byte `db:"wrapped_key"`
	Kind       string `db:"kind"`
	Sealed     []byte `db:"sealed"`
}

// forgetLinked takes what a linked device of WhatsApp has written down of subjects: their
// numbers, and the ids they have there. It opens them, so their keys are there still. A
// service without keys leaves it: what a backup fills has no such device.
func (s *Service) forgetLinked(ctx context.Context, tx storage.Tx, subjects []int64) error {
	if s.keys == nil {
		return nil
	}
	rows, err := storage.Collect[linkedRow](ctx, tx, qErasePeers, subjects, chat.Whatsmeow, peerKind, phoneKind)
	if err != nil {
		return fmt.Errorf("find who a linked device knows: %w", err)
	}
	var people []string
	for _, r := range rows {
		name, err := s.open(r.WrappedKey, r.Kind, r.Sealed)
		if err != nil {
			return fmt.Errorf("read who a linked device knows: %w", err)
		}
		user, _, _ := strings.Cut(strings.TrimPrefix(name, "+"), "@")
		people = append(people, user)
	}
	if _, err := tx.Exec(ctx, qForgetLinked, people); err != nil {
		return fmt.Errorf("forget who a linked device knows: %w", err)
	}
	return nil
}
