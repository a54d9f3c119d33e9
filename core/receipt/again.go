package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/storage"
)

// What keeps a receipt from being verified again, or from being linked.
var (
	ErrKnownGood = errors.New("the receipt has been verified: there is nothing to ask about it")
	ErrNoService = errors.New("no tax service is asked here: people decide")
	ErrNotFiscal = errors.New("the text is not that of a receipt's code")
)

// Again is a wish to have a member's receipt verified again.
type Again struct {
	Key     string // of what it may have to be submitted under
	Receipt int64
	Member  int64
	Subject int64 // whose chat it is asked in
	Staff   int64
}

// AgainTx has the tax service asked about a receipt now, whenever it would have been: one
// that waits is asked for at once, one that was rejected is taken in anew by the code it
// came with, unless somebody else's claim has the key by now. The member is to be held.
func (s *Service) AgainTx(ctx context.Context, tx storage.Tx, now time.Time, a Again) (Result, error) {
	r, err := s.again(ctx, tx, now, a)
	if err != nil {
		err = fmt.Errorf("verify receipt %d again: %w", a.Receipt, err)
	}
	return r, err
}

func (s *Service) again(ctx context.Context, tx storage.Tx, now time.Time, a Again) (Result, error) {
	row, err := storage.One[againRow](ctx, tx, qAgain, a.Receipt, a.Member)
	if err != nil {
		return Result{}, err
	}
	switch row.State {
	case Rejected:
		return s.SubmitTx(ctx, tx, now, Submission{Key: a.Key, Member: a.Member, Subject: a.Subject, Staff: a.Staff, Blob: row.Blob, Text: row.QR})
	case Queued, Waiting, Manual:
	default:
		return Result{}, ErrKnownGood
	}
	if s.unasked() {
		return Result{}, ErrNoService
	}
	_, err = tx.Exec(ctx, qAskNow, a.Receipt, now)
	return Result{Outcome: Taken, Receipt: a.Receipt, Sum: row.Sum}, err
}

type againRow struct {
	State State  `db:"state"`
	Sum   int64  `db:"sum"`
	QR    string `db:"qr"`
	Blob  string `db:"blob"`
}

// Linking is a wish to have a receipt counted as a member's, who shows it.
type Linking struct {
	Key     string // unique, as of a Submission
	Text    string // of its code
	Member  int64
	Subject int64
	Staff   int64
}

// LinkTx takes in a receipt that its member could not, by the text of its code. One that
// lies with somebody who never finished registering goes over to this member, unless it
// was credited; one of a registered member stays theirs, and is a duplicate. The member
// is to be held.
func (s *Service) LinkTx(ctx context.Context, tx storage.Tx, now time.Time, l Linking) (Result, error) {
	claim, reason, err := s.admit(now, l.Text)
	if err == nil && claim.FN == "" {
		err = ErrNotFiscal
	}
	if err == nil && reason == "" {
		err = s.takeOver(ctx, tx, now, l, claim)
	}
	if err != nil {
		return Result{}, fmt.Errorf("link a receipt to member %d: %w", l.Member, err)
	}
	return s.SubmitTx(ctx, tx, now, Submission{Key: l.Key, Member: l.Member, Subject: l.Subject, Staff: l.Staff, Text: l.Text})
}

// takeOver moves the receipt of the very claim from somebody unregistered. Whoever credits
// it, or registers them, holds the receipt or their row, and comes wholly before or after.
func (s *Service) takeOver(ctx context.Context, tx storage.Tx, now time.Time, l Linking, claim fiscal.QR) error {
	held, err := lockHolder(ctx, tx, claim.Key())
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil || held.Member == l.Member || held.State.Stands() || !covers(held.Claim, claim) {
		return err
	}
	moved, err := storage.Collect[idRow](ctx, tx, qTakeOver, held.ID, held.Member, l.Member, storage.OrNull(l.Subject))
	if err != nil || len(moved) == 0 {
		return err
	}
	var b storage.Batch
	b.Exec(qStatHold, []int64{held.Member, l.Member})
	b.Exec(qStatRejected, held.Member)
	b.Exec(qStatTrial, l.Member, now)
	b.Exec(qWake, l.Member, now)
	return b.Send(ctx, tx)
}
