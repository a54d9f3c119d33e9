package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/family"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/storage"
)

type membersCmd struct {
	Find  membersFindCmd  `cmd:"" help:"Tell a member's number, by a phone they proved or by their chat."`
	Erase membersEraseCmd `cmd:"" help:"Forget for ever who a member is."`
	Topup membersTopupCmd `cmd:"" help:"Give points that no receipt earned, by the lines of a file."`
}

type membersFindCmd struct {
	place
	Phone string `help:"A number that the member proved to be theirs; one that was only typed finds nobody." xor:"who" required:""`
	Chat  string `help:"Their number in Telegram." xor:"who" required:""`
}

// Run prints the number of a member. Whoever looked is in the audit log, as the
// number opens everything that is known of the member.
func (c *membersFindCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	id, err := c.find(ctx, member.New(in.db, in.keys, nil)) // finding joins nobody
	if errors.Is(err, storage.ErrNotFound) {
		return errors.New("nobody: the number was not proved, or they never wrote")
	}
	if err != nil {
		return err
	}
	err = in.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, time.Now(), staff.Act{Act: "member.find", Object: fmt.Sprintf("member/%d", id)})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, id)
	return err
}

func (c *membersFindCmd) find(ctx context.Context, members *member.Service) (int64, error) {
	if c.Phone != "" {
		return members.FindByPhone(ctx, c.Phone)
	}
	found, err := members.Find(ctx, chat.Telegram, c.Chat)
	return found.Member, err
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
	door := in.door(members, log)
	return members.Erase(ctx, seal.ErasuresBeside(c.masterKey()), c.ID, func(ctx context.Context, tx storage.Tx) error {
		return forgotten(ctx, tx, door, time.Now(), member.Erasing{Member: c.ID, Ground: member.GroundLine})
	})
}

// forgetting erases members of the place, with the list beside its master key; their
// families hear of it through door. Without one, after a restore, they have heard before.
func (p place) forgetting(members *member.Service, door *conversation.Service) member.Forgetting {
	ground := member.GroundChat
	if door == nil {
		ground = member.GroundReplay
	}
	return member.Forgetting{Members: members, List: seal.ErasuresBeside(p.masterKey()), Also: func(ctx context.Context, tx storage.Tx, now time.Time, id int64) error {
		return forgotten(ctx, tx, door, now, member.Erasing{Member: id, Ground: ground})
	}}
}

// erase forgets a member in a transaction of whoever asks for it.
func (a *app) erase(ctx context.Context, tx storage.Tx, now time.Time, e member.Erasing) error {
	if err := a.members.EraseTx(ctx, tx, seal.ErasuresBeside(a.place.masterKey()), e.Member); err != nil {
		return err
	}
	return forgotten(ctx, tx, a.door, now, e)
}

// lifted gives a member what waited while they might not earn: receipts, promised rewards, a
// tier.
func (a *app) lifted(ctx context.Context, tx storage.Tx, now time.Time, id int64) error {
	if err := receipt.WakeTx(ctx, tx, now, id); err != nil {
		return err
	}
	if err := a.surveys.RewardTx(ctx, tx, now, id); err != nil {
		return err
	}
	return a.tiers.LookTx(ctx, tx, now, id)
}

// forgotten is what other packages do when a member is erased: nothing is agreed
// to any more, and receipts that wait are looked at again, to be credited to
// nobody. What is known under a number from before a merger is the member's of now. The
// certificate comes last.
func forgotten(ctx context.Context, tx storage.Tx, door *conversation.Service, now time.Time, e member.Erasing) error {
	id, err := member.CurrentTx(ctx, tx, e.Member)
	if err != nil {
		return err
	}
	if err := consent.WithdrawTx(ctx, tx, now, id); err != nil {
		return err
	}
	if err := receipt.WakeTx(ctx, tx, now, id); err != nil {
		return err
	}
	if err := prize.ForgetTx(ctx, tx, now, id); err != nil {
		return err
	}
	if err := card.ForgetTx(ctx, tx, now, id); err != nil {
		return err
	}
	parted, err := family.ForgetTx(ctx, tx, now, id)
	if err != nil {
		return err
	}
	if door != nil {
		if err := actions.TellParted(ctx, tx, door, now, fmt.Sprintf("erased/%d", id), parted); err != nil {
			return err
		}
	}
	if err := ledger.ThawTx(ctx, tx, now, id); err != nil { // no card of theirs ever will
		return err
	}
	e.Member = id
	if err := member.CertifyTx(ctx, tx, now, e); err != nil {
		return err
	}
	return staff.AuditTx(ctx, tx, now, staff.Act{Staff: e.Staff, Act: "member.erase", Object: fmt.Sprintf("member/%d", id), Detail: map[string]any{"ground": e.Ground}})
}
