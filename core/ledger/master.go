package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Refusals of ShareTx.
var (
	ErrOwes   = errors.New("one of the two owes points: nobody pays another's debt")
	ErrShared = errors.New("the member shares an account already, or has one that others share")
)

// ShareTx makes a member's points lie on the account of master, with what is held of
// them: both spend them from now on, each lot stays known as whose it is, and what
// either earns comes there. ErrShared and ErrOwes change nothing. The caller holds the
// rows of both members against whoever holds them to write under their numbers, see
// member.HoldTx; so nothing is accrued or held meanwhile on the account that is left.
func ShareTx(ctx context.Context, tx storage.Tx, now time.Time, member, master int64) error {
	owes, err := storage.Value[bool](ctx, tx, qOwes, []int64{member, master})
	if err == nil && owes {
		err = ErrOwes
	}
	if err != nil {
		return fmt.Errorf("share the account of %d with member %d: %w", master, member, err)
	}
	tag, err := tx.Exec(ctx, qShare, member, master, now)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrShared
	}
	if err == nil {
		err = eachCurrency(ctx, tx, member, master, func(currency string) error {
			return shareAccount(ctx, tx, now, currency, member, master)
		})
	}
	if err != nil {
		return fmt.Errorf("share the account of %d with member %d: %w", master, member, err)
	}
	return nil
}

func shareAccount(ctx context.Context, tx storage.Tx, now time.Time, currency string, member, master int64) error {
	ids, err := lockOwn(ctx, tx, currency, member, master)
	if err != nil {
		return err
	}
	var b storage.Batch
	b.Exec(qSweep, []int64{ids[member], ids[master]}, now)
	b.Exec(qMove, ids[member], ids[master], now, member, master, "join")
	return b.Send(ctx, tx)
}

// PartTx ends what ShareTx began. With take the member's own lots go with them, and what
// they have reserved of these alone. What anybody has reserved otherwise stays with the
// account, and so does what it owes: when it is given back, it goes to the lots it is of,
// and from there what is the member's own comes after them. A member who shares no account
// is left as they are. The caller holds the member's row as for ShareTx.
func PartTx(ctx context.Context, tx storage.Tx, now time.Time, member int64, take bool) error {
	master, err := storage.Value[int64](ctx, tx, qOwner, member)
	if err == nil && master != member {
		err = part(ctx, tx, now, member, master, take)
	}
	if err != nil {
		return fmt.Errorf("part member %d from the account they share: %w", member, err)
	}
	return nil
}

func part(ctx context.Context, tx storage.Tx, now time.Time, member, master int64, take bool) error {
	if _, err := tx.Exec(ctx, qUnshare, member); err != nil {
		return err
	}
	return eachCurrency(ctx, tx, member, master, func(currency string) error {
		ids, err := lockOwn(ctx, tx, currency, member, master)
		if err != nil {
			return err
		}
		var b storage.Batch
		b.Exec(qSweep, []int64{ids[master]}, now)
		b.Exec(qTake, ids[master], ids[member], member, now, take, member)
		if !take {
			b.Exec(qLeaveLots, ids[master], member)
		}
		b.Exec(qRepay, []int64{ids[member]}, now) // of the time before
		return b.Send(ctx, tx)
	})
}

// bringHome lets points that were given back on accounts, which the caller has locked,
// follow whom they are of and who has left. It takes the locks of their accounts out of
// order: of two who wait for each other the server ends one, who begins again.
func bringHome(ctx context.Context, tx storage.Tx, now time.Time, accounts []int64) error {
	strays, err := storage.Collect[strayRow](ctx, tx, qStrays, accounts)
	for _, s := range strays {
		if err == nil {
			err = s.home(ctx, tx, now)
		}
	}
	return err
}

// home looks again where the points belong once their accounts are locked: their member may
// have joined a family meanwhile, or left it.
func (s strayRow) home(ctx context.Context, tx storage.Tx, now time.Time) error {
	ids, err := lockOwn(ctx, tx, s.Currency, s.Owner, s.Head)
	if err != nil {
		return err
	}
	switch owner, err := OwnerOf(ctx, tx, s.Stray); {
	case err != nil || owner == s.Head: // they have come back
		return err
	case owner != s.Owner:
		s.Owner = owner
		return s.home(ctx, tx, now)
	}
	var b storage.Batch
	b.Exec(qTake, ids[s.Head], ids[s.Owner], s.Stray, now, true, s.Owner)
	b.Exec(qRepay, []int64{ids[s.Owner]}, now)
	return b.Send(ctx, tx)
}

// lockMember locks the account on which a member's points lie, for who does not hold the
// member: when they have joined a family meanwhile, or left it, it is looked for again.
// Nobody moves them from an account that is locked.
func lockMember(ctx context.Context, tx storage.Tx, currency string, member int64) ([]accountRow, error) {
	for {
		locked, err := storage.Collect[accountRow](ctx, tx, qLockMembers, currency, []int64{member})
		if err != nil || len(locked) == 0 {
			return locked, err
		}
		if now, err := OwnerOf(ctx, tx, member); err != nil || now == locked[0].Member {
			return locked, err
		}
	}
}

// OwnerOf is on whose account a member's points lie: their own, or their family's head.
func OwnerOf(ctx context.Context, q storage.Querier, member int64) (int64, error) {
	id, err := storage.Value[int64](ctx, q, qOwner, member)
	if err != nil {
		return 0, fmt.Errorf("owner of the account of member %d: %w", member, err)
	}
	return id, nil
}

// ThawTx gives a member's frozen lots their days back. One that would have expired
// meanwhile gets a fortnight more, as a lot that is refunded does.
func ThawTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	if err := thaw(ctx, tx, now, member); err != nil {
		return fmt.Errorf("thaw the points of member %d: %w", member, err)
	}
	return nil
}

func thaw(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	locked, err := storage.Collect[idRow](ctx, tx, qLockAll, member)
	if err != nil {
		return err
	}
	ids := make([]int64, len(locked))
	for i, l := range locked {
		ids[i] = l.ID
	}
	var b storage.Batch
	b.Exec(qThaw, ids, member, now)
	b.Exec(qRepay, ids, now)
	return b.Send(ctx, tx)
}
