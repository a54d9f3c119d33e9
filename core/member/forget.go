package member

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Grace is how long somebody who asked to be forgotten may think better of it.
// The goodbye is delivered meanwhile: without a key nobody can be written to.
const Grace = time.Hour

// AskErasureTx notes that a subject's member wants to be forgotten once Grace is
// over. Asking again begins the hour anew.
func (s *Service) AskErasureTx(ctx context.Context, tx storage.Tx, now time.Time, subject int64) error {
	if _, err := tx.Exec(ctx, qErasureAsk, subject, now, now.Add(Grace)); err != nil {
		return fmt.Errorf("note that subject %d wants to be forgotten: %w", subject, err)
	}
	return nil
}

// Keeping is what came of a change of mind; scripts know it by these names.
type Keeping string

// What may come of it.
const (
	Kept     Keeping = "kept"
	NotAsked Keeping = "none" // there was nothing to take back
	TooLate  Keeping = "late" // the list says that the member is erased, whatever the database says
)

// KeepTx takes back what AskErasureTx noted, unless the list has the member
// already: an erasure that was written there and cut off is gone on with, by the
// next step or the next start. The caller holds the member's turn, so no erasure is
// in between the two just now.
func (s *Service) KeepTx(ctx context.Context, tx storage.Tx, list seal.Erasures, member int64) (Keeping, error) {
	kept, err := keep(ctx, tx, list, member)
	if err != nil {
		return "", fmt.Errorf("keep member %d: %w", member, err)
	}
	return kept, nil
}

func keep(ctx context.Context, tx storage.Tx, list seal.Erasures, member int64) (Keeping, error) {
	hashes, err := list.All()
	if err != nil {
		return "", err
	}
	late, err := storage.Value[bool](ctx, tx, qErasureListed, member, hashes)
	switch {
	case err != nil:
		return "", err
	case late:
		return TooLate, nil
	}
	gone, err := tx.Exec(ctx, qErasureDrop, member)
	if err != nil || gone.RowsAffected() == 0 {
		return NotAsked, err
	}
	return Kept, nil
}

// RenewErasuresTx gives everybody who asked to be forgotten Grace anew, and says who
// they are. A restored backup may have been made before somebody thought better of
// it.
func RenewErasuresTx(ctx context.Context, tx storage.Tx, now time.Time) ([]int64, error) {
	asked, err := storage.Collect[idRow](ctx, tx, qErasureRenew, now.Add(Grace))
	if err != nil {
		return nil, fmt.Errorf("put off those who want to be forgotten: %w", err)
	}
	ids := make([]int64, len(asked))
	for i, a := range asked {
		ids[i] = a.ID
	}
	return ids, nil
}

// Forgetting erases those who asked for it. Also is what other packages do in
// the same transaction.
type Forgetting struct {
	Members *Service
	List    seal.Erasures
	Also    func(ctx context.Context, tx storage.Tx, now time.Time, member int64) error
}

// Step erases one member whose time has come.
func (f Forgetting) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	due, err := storage.Collect[idRow](ctx, f.Members.db, qErasureDue, now)
	if err == nil && len(due) > 0 {
		err = f.forget(ctx, now, due[0].ID)
	}
	if err != nil {
		return false, time.Time{}, fmt.Errorf("forget who asked for it: %w", err)
	}
	next, err = storage.Earliest(ctx, f.Members.db, qErasureNext)
	return len(due) > 0, next, err
}

// forget waits for the member's turns before it looks whether they still want to
// go now: one of those may be the change of mind, or asking once more.
func (f Forgetting) forget(ctx context.Context, now time.Time, id int64) error {
	return f.Members.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := holdTurns(ctx, tx, id); err != nil {
			return err
		}
		wanted, err := storage.Value[bool](ctx, tx, qErasureWanted, id, now)
		if err != nil || !wanted {
			return err
		}
		if _, err := tx.Exec(ctx, qErasureDrop, id); err != nil { // it is done now
			return err
		}
		if err := f.Members.eraseTx(ctx, tx, f.List, id); err != nil {
			return err
		}
		return f.Also(ctx, tx, now, id)
	})
}

// Replay erases again whom a restored database brought back, as Step did, and says
// how many subjects that were. It does nothing to a database that knows the whole
// list.
func (f Forgetting) Replay(ctx context.Context, now time.Time) (int, error) {
	hashes, err := f.List.All()
	if err != nil {
		return 0, err
	}
	erased := 0
	err = f.Members.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := lockIdentity(ctx, tx); err != nil {
			return err
		}
		known, err := storage.Value[bool](ctx, tx, qErasuresKnown, strconv.Itoa(len(hashes)))
		if err != nil || known {
			return err
		}
		subjects, err := storage.Collect[keyRow](ctx, tx, qEraseFindAgain, hashes)
		if err != nil {
			return err
		}
		erased = len(subjects)
		if err := f.Members.eraseSubjects(ctx, tx, f.List, subjects); err != nil {
			return err
		}
		return f.settle(ctx, tx, now, membersOf(subjects))
	})
	if err != nil {
		return 0, fmt.Errorf("replay erasures: %w", err)
	}
	return erased, nil
}

// settle does what is left when the keys of members are gone.
func (f Forgetting) settle(ctx context.Context, tx storage.Tx, now time.Time, members []int64) error {
	for _, id := range members {
		if _, err := tx.Exec(ctx, qErasureDrop, id); err != nil { // asked for or not, it is done now
			return err
		}
		if err := f.Also(ctx, tx, now, id); err != nil {
			return err
		}
	}
	return nil
}
