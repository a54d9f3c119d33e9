package member

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/storage"
)

// MergeTx makes two members one, once one person has shown control of both, and
// returns who stays: the one registered first, else the elder. Everything the
// other has moves there; where both answered a question, the answer of the one
// who stays stands. Members joined already stay as they are.
//
// It waits for the turns that the two are in the middle of: while a turn holds
// its conversation, its member does not change. Nor does it while HoldTx holds
// the member. Two proofs at once, each made in a turn, may each wait for what
// the other one holds: the server ends one of them, and the runner runs that
// turn again.
func (s *Service) MergeTx(ctx context.Context, tx storage.Tx, now time.Time, a, b int64, reason string) (int64, error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return 0, err
	}
	pair, err := storage.Collect[idRow](ctx, tx, qMergePair, []int64{a, b})
	if err != nil {
		return 0, fmt.Errorf("read members %d and %d: %w", a, b, err)
	}
	switch len(pair) {
	case 0:
		return 0, fmt.Errorf("join members %d and %d: %w", a, b, storage.ErrNotFound)
	case 1: // one and the same by now
		return pair[0].ID, nil
	}
	into, from := pair[0].ID, pair[1].ID
	if _, err := s.move(ctx, tx, now, from, into, reason); err != nil {
		return 0, fmt.Errorf("join member %d into %d: %w", from, into, err)
	}
	return into, nil
}

type idRow struct {
	ID int64 `db:"id"`
}

// ErrMerged is the answer to a merge of members of whom one is somebody else by now.
var ErrMerged = errors.New("one of the two is part of another member already")

// MergeIntoTx is MergeTx where it is said who stays, for staff. Of two who join the same
// members at once one gets ErrMerged; unknown members are storage.ErrNotFound.
func (s *Service) MergeIntoTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64, reason string) (merge int64, err error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return 0, err
	}
	known, err := storage.Collect[idRow](ctx, tx, qMergeKnown, []int64{from, into})
	if err != nil {
		return 0, fmt.Errorf("read members %d and %d: %w", from, into, err)
	}
	there, err := storage.Collect[idRow](ctx, tx, qMergePair, []int64{from, into})
	switch {
	case err != nil:
		return 0, fmt.Errorf("read members %d and %d: %w", from, into, err)
	case len(known) < 2:
		return 0, fmt.Errorf("join members %d and %d: %w", from, into, storage.ErrNotFound)
	case len(there) < 2 || !isBoth(there, from, into):
		return 0, ErrMerged
	}
	if merge, err = s.move(ctx, tx, now, from, into, reason); err != nil {
		return 0, fmt.Errorf("join member %d into %d: %w", from, into, err)
	}
	return merge, nil
}

func isBoth(there []idRow, a, b int64) bool {
	return slices.Contains(there, idRow{a}) && slices.Contains(there, idRow{b})
}

// move keeps what it changes, so that staff can take it back: see UnmergeTx.
func (s *Service) move(ctx context.Context, tx storage.Tx, now time.Time, from, into int64, reason string) (merge int64, err error) {
	var hold storage.Batch
	hold.Exec(qMergeLockTurns, from, into)
	hold.Exec(qMergeLockMembers, from, into)
	if err := hold.Send(ctx, tx); err != nil {
		return 0, err
	}
	before, err := factsOf(ctx, tx, from, into)
	if err != nil {
		return 0, err
	}
	if err := s.moveAll(ctx, tx, now, from, into); err != nil {
		return 0, err
	}
	after, err := factsOf(ctx, tx, from, into)
	if err != nil {
		return 0, err
	}
	if merge, err = storage.Value[int64](ctx, tx, qMergeNote, from, into, reason, now); err != nil {
		return 0, err
	}
	return merge, keepRows(ctx, tx, merge, before, after)
}

func (s *Service) moveAll(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	var b storage.Batch
	for _, q := range []string{
		qMergeSubjects, qMergePhonesTwice, qMergePhones, qMergeAnswers, qMergeConsents, qMergeConsentsNow,
		qMergeSubmissions, qMergeReceipts, qMergeRegistered, qMergeSuspension, qMergePairs, qMergeMembers,
	} {
		b.Exec(q, from, into)
	}
	b.Exec(qNamesakeForget, []int64{from})
	b.Exec(qNamesakeDueMembers, from, into)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	return s.joined(ctx, tx, now, from, into)
}

// lockIdentity lets one transaction at a time decide who is who. It is taken
// for a proof of identity, which a person gives once or twice in a lifetime.
func lockIdentity(ctx context.Context, tx storage.Tx) error {
	if _, err := tx.Exec(ctx, qIdentityLock); err != nil {
		return fmt.Errorf("wait for other proofs of identity: %w", err)
	}
	return nil
}
