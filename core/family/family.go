package family

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/seal"
	"besedka/storage"
)

// Terms are what the programme says of families.
type Terms struct {
	Max     int  // members, the head among them; 0 = there are no families
	TakeOwn bool // whether who leaves takes what is left of their own points
}

// Service makes families and ends them.
type Service struct {
	Keys  *seal.Keyring
	Terms func() Terms // of the programme in force

	// Look leaves word that what members have has changed: it is together by now, or apart.
	Look func(ctx context.Context, tx storage.Tx, now time.Time, member int64) error
}

// Person is one of a family.
type Person struct {
	ID    int64      `db:"id" json:"id"`
	Since *time.Time `db:"since" json:"since,omitempty"` // nil of the head
}

// Family is whose points lie together.
type Family struct {
	Head    int64    `json:"head"`
	Members []Person `json:"members"` // the head first, then as they came
}

// Of is the family of a member; one of a member without one has nobody but them.
func Of(ctx context.Context, q storage.Querier, member int64) (Family, error) {
	head, err := ledger.OwnerOf(ctx, q, member)
	if err != nil {
		return Family{}, err
	}
	people, err := storage.Collect[Person](ctx, q, qPeople, head)
	if err != nil {
		return Family{}, fmt.Errorf("family of member %d: %w", member, err)
	}
	return Family{Head: head, Members: people}, nil
}

// Together says whether there is more than one in it.
func (f Family) Together() bool { return len(f.Members) > 1 }

// Parted is what became of a family.
type Parted struct {
	Over bool    // the head has gone: there is no family any more
	Left []int64 // those of it, without who left
}

// LeaveTx takes a member out of their family; the head's leaving ends it. A member
// without one is left as they are.
func (s *Service) LeaveTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) (Parted, error) {
	p, err := leave(ctx, tx, now, member, s.Terms().TakeOwn)
	for _, who := range append([]int64{member}, p.Left...) {
		if err == nil {
			err = s.look(ctx, tx, now, who)
		}
	}
	if err != nil {
		return p, fmt.Errorf("member %d leaves the family: %w", member, err)
	}
	return p, nil
}

func (s *Service) look(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	if s.Look == nil {
		return nil
	}
	return s.Look(ctx, tx, now, member)
}

func leave(ctx context.Context, tx storage.Tx, now time.Time, member int64, takeOwn bool) (Parted, error) {
	if _, err := tx.Exec(ctx, qLockFamily, member); err != nil {
		return Parted{}, err
	}
	f, err := Of(ctx, tx, member)
	if err != nil {
		return Parted{}, err
	}
	p := Parted{Over: f.Head == member && f.Together()}
	for _, other := range f.Members {
		if other.ID != member {
			p.Left = append(p.Left, other.ID)
		}
	}
	if !p.Over {
		return p, ledger.PartTx(ctx, tx, now, member, takeOwn)
	}
	for _, other := range p.Left {
		if err := ledger.PartTx(ctx, tx, now, other, true); err != nil {
			return p, err
		}
	}
	return p, nil
}

// ForgetTx takes whoever is erased out of their family, with what is their own: nobody
// else has it. Call it in the transaction that erases.
func ForgetTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) (Parted, error) {
	p, err := leave(ctx, tx, now, member, true)
	if err != nil {
		return p, fmt.Errorf("forget member %d in their family: %w", member, err)
	}
	return p, nil
}
