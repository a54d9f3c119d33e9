package tier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/ledger"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// Limits of a step.
const (
	chunk = 200         // members looked at in one transaction, as in qDue
	retry = time.Second // before members in somebody's hands are tried again
	aside = time.Hour   // before a member is tried again whose tier could not be changed
)

// Step looks at one chunk of members: those of whom word was left, those whose term is
// over, and, since tiers were published that nobody was looked at by, all others by and
// by. Members whom somebody else holds are left for later. next is when the next look
// falls due.
func (s *Service) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	l := s.Ladder()
	if l == nil {
		return false, time.Time{}, nil
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if worked, err = s.stepDue(ctx, tx, now, l); err != nil || worked {
			return err
		}
		worked, err = s.sweep(ctx, tx, now, l)
		return err
	})
	if err == nil {
		next, err = storage.Earliest(ctx, s.DB, qNextDue)
	}
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look at tiers: %w", err)
	}
	if !next.IsZero() && !next.After(now) && !worked { // in somebody's hands
		next = now.Add(retry)
	}
	return worked, next, nil
}

func (s *Service) stepDue(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder) (worked bool, err error) {
	due, err := storage.Collect[lookRow](ctx, tx, qDue, now)
	if err != nil || len(due) == 0 {
		return false, err
	}
	asked := make([]int64, len(due))
	for i, d := range due {
		asked[i] = d.Member
	}
	members, err := hold(ctx, tx, asked)
	if err != nil || len(members) == 0 {
		return false, err
	}
	var done []int64
	for _, d := range due {
		if _, ours := slices.BinarySearch(members, d.Member); ours && d.Look != 0 {
			done = append(done, d.Look)
		}
	}
	if _, err := tx.Exec(ctx, qLooksDone, done); err != nil {
		return false, err
	}
	return true, s.look(ctx, tx, now, l, members)
}

// sweep looks at the next chunk of all members, once for the tiers as they are
// published. Of several processes one sweeps.
func (s *Service) sweep(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder) (worked bool, err error) {
	ours, err := storage.Value[bool](ctx, tx, qSweepOurs, l.Hash[:])
	if err != nil {
		return false, err
	}
	if !ours {
		_, err := tx.Exec(ctx, qSweepBegin, l.Hash[:])
		return err == nil, err
	}
	reached, err := storage.Value[int64](ctx, tx, qSweepAt, l.Hash[:])
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	found, err := storage.Collect[idRow](ctx, tx, qSweepMembers, reached, chunk)
	if err != nil || len(found) == 0 {
		_, done := tx.Exec(ctx, qSweepTo, nil)
		return false, errors.Join(err, done)
	}
	asked := make([]int64, len(found))
	for i, f := range found {
		asked[i] = f.ID
	}
	members, err := hold(ctx, tx, asked)
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, qSweepTo, asked[len(asked)-1]); err != nil {
		return false, err
	}
	if missed := without(asked, members); len(missed) > 0 { // looked at when whoever holds them has let go
		if _, err := tx.Exec(ctx, qLookAdd, missed, now); err != nil {
			return false, err
		}
	}
	return true, s.look(ctx, tx, now, l, members)
}

// hold locks those of the members whom nobody else holds, by ascending id.
func hold(ctx context.Context, tx storage.Tx, members []int64) ([]int64, error) {
	rows, err := storage.Collect[idRow](ctx, tx, qHoldMembers, members)
	held := make([]int64, len(rows))
	for i, r := range rows {
		held[i] = r.ID
	}
	return held, err
}

// without is all but some of a list, both sorted.
func without(all, some []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(all), func(id int64) bool {
		_, found := slices.BinarySearch(some, id)
		return found
	})
}

// look measures held members and changes the tiers that the measure changes.
func (s *Service) look(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder, members []int64) error {
	rows, err := held(ctx, tx, l.Base(), members)
	if err != nil {
		return err
	}
	measured, err := s.measure(ctx, tx, now, l, members)
	if err != nil {
		return err
	}
	paid := false
	for i, was := range rows {
		if paid && l.By == ladder.Balance { // those of a family have one balance
			if measured[i], err = ledger.BalanceOf(ctx, tx, now, was.Member, l.Currency); err != nil {
				return err
			}
		}
		if l.By == ladder.Balance && measured[i].PendingFrom != nil { // what is not available yet will count then
			if _, err := tx.Exec(ctx, qLookAdd, []int64{was.Member}, *measured[i].PendingFrom); err != nil {
				return err
			}
		}
		c, changes := l.Decide(was.held(), measured[i].Points, now, s.Zone())
		if !changes {
			continue
		}
		changed, err := s.changeApart(ctx, tx, now, l, change{was, c, measured[i].Points, l.Currency})
		if err != nil {
			return fmt.Errorf("tier of member %d: %w", was.Member, err)
		}
		paid = paid || changed && c.Delta != 0
	}
	return nil
}

// changeApart sets a member aside whose tier cannot be changed: the others of the chunk
// do not wait for whoever mends that.
func (s *Service) changeApart(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder, c change) (changed bool, err error) {
	failed, err := storage.Apart(ctx, tx, func() error { return s.change(ctx, tx, now, l, c) })
	if err != nil || failed == nil {
		return err == nil, err
	}
	until := now.Add(aside)
	s.Log.ErrorContext(ctx, "a member's tier cannot be changed and is set aside", "member", c.was.Member, "tier", c.Tier, "until", until, "err", failed)
	var b storage.Batch
	b.Exec(qLookAdd, []int64{c.was.Member}, until)
	b.Exec(qTierAside, c.was.Member, until)
	return false, b.Send(ctx, tx)
}

func held(ctx context.Context, q storage.Querier, base string, members []int64) ([]heldRow, error) {
	return storage.Collect[heldRow](ctx, q, qTiers, members, base)
}

// measure is what the tiers go by, in the order of the members, as Points; of a balance
// the rest of it, too. Accounts that something is given to or taken from are held.
func (s *Service) measure(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder, members []int64) ([]ledger.Balance, error) {
	all := make([]ledger.Balance, len(members))
	if l.By == ladder.Balance || l.Pays() {
		balances, err := ledger.HoldBalancesTx(ctx, tx, now, members, l.Currency)
		if err != nil || l.By == ladder.Balance {
			return balances, err
		}
	}
	sums, err := sumsOf(ctx, tx, now, l, s.Zone(), members)
	for i, m := range members {
		all[i].Points = sums[m]
	}
	return all, err
}

// ahead is how far the clock of a till may be before ours, its zone not known.
const ahead = 24 * time.Hour

// sumsOf is what the receipts of the period come to, or have brought, by member.
func sumsOf(ctx context.Context, q storage.Querier, now time.Time, l *ladder.Ladder, zone *time.Location, members []int64) (map[int64]int64, error) {
	sql, args := qTurnovers, []any{members, l.Since(now, zone), now.Add(ahead)}
	if l.By == ladder.Earned {
		sql, args = qEarned, append(args, l.Currency)
	}
	rows, err := storage.Collect[sumRow](ctx, q, sql, args...)
	sums := make(map[int64]int64, len(rows))
	for _, r := range rows {
		sums[r.Member] = r.Sum
	}
	return sums, err
}
