package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/review"
	"besedka/storage"
)

// ErrOtherQuestion is the answer to a yes or no about a task that asks something
// else.
var ErrOtherQuestion = errors.New("this kind of task is not decided by yes or no")

// Judgement is a named person's verdict on a task about a receipt.
type Judgement struct {
	review.Verdict
	Sum int64 // kopecks, see Decision; of a task of kind receipt only
}

// Judged is what followed.
type Judged struct {
	Receipt int64           `json:"receipt"`
	State   State           `json:"state"`         // of the receipt, from here on
	Back    ledger.Reversed `json:"back,omitzero"` // what was taken back, when it was credited
}

// JudgeTx records a verdict and does what it says: approved, the receipt goes on or
// stays as it is; rejected, it comes to nothing, and what it had brought is taken
// back. Whoever is second gets review.ErrDecided.
func (s *Service) JudgeTx(ctx context.Context, tx storage.Tx, now time.Time, j Judgement) (Judged, error) {
	judged, err := s.judge(ctx, tx, now, j)
	if err != nil {
		return judged, fmt.Errorf("judge task %d: %w", j.Task, err)
	}
	return judged, nil
}

func (s *Service) judge(ctx context.Context, tx storage.Tx, now time.Time, j Judgement) (Judged, error) {
	task, err := review.Find(ctx, tx, j.Task)
	if err != nil {
		return Judged{}, err
	}
	judged := Judged{Receipt: task.Receipt}
	switch {
	case task.Decided != nil:
		return judged, review.ErrDecided
	case task.Kind == review.Receipt:
		err = s.decide(ctx, tx, now, Decision{
			Receipt: task.Receipt, Staff: j.Staff, Approve: j.Approve, Sum: j.Sum, Cause: j.Cause, Note: j.Note, Fence: j.Fence,
		})
	case task.Kind == review.Fraud:
		judged.Back, err = s.judgeReal(ctx, tx, now, task, j, Fraud)
	case task.Kind == review.Sample:
		judged.Back, err = s.judgeReal(ctx, tx, now, task, j, SampleFailed)
	case task.Kind == review.Debt: // approved, it is forgiven; rejected, it stays on record
		err = review.DecideTx(ctx, tx, now, j.Verdict)
	default:
		err = ErrOtherQuestion
	}
	if err != nil {
		return judged, err
	}
	judged.State, err = storage.Value[State](ctx, tx, qState, task.Receipt)
	return judged, err
}

// askOfCredited puts a question about a receipt before people, unless it has been
// revoked, or came back, since somebody looked: then there is nothing to decide any more.
func askOfCredited(ctx context.Context, tx storage.Tx, now time.Time, ask review.Ask) (opened bool, err error) {
	held, err := storage.One[subject](ctx, tx, qHold, ask.Receipt)
	if err != nil || !held.State.Stands() {
		return false, err
	}
	return review.OpenTx(ctx, tx, now, ask)
}

// judgeReal carries out a verdict on a receipt that is known to be real.
func (s *Service) judgeReal(ctx context.Context, tx storage.Tx, now time.Time, t review.Task, j Judgement, why Reason) (back ledger.Reversed, err error) {
	held, err := storage.One[subject](ctx, tx, qHold, t.Receipt)
	if err != nil {
		return back, err
	}
	if err := review.DecideTx(ctx, tx, now, j.Verdict); err != nil {
		return back, err
	}
	switch {
	case j.Approve && held.State == Verified:
		_, err = tx.Exec(ctx, qPutOff, held.ID, now) // it need not wait any more
	case j.Approve:
	case held.State == Verified:
		if _, err = tx.Exec(ctx, qDisown, held.ID, why, held.Member); err == nil {
			err = s.rejected(ctx, tx, now, held, why, j.Cause)
		}
	case !held.State.Stands(): // whoever revoked it was first, or all of it came back: there is nothing to take
	default:
		back, err = s.revoke(ctx, tx, now, Revocation{Receipt: held.ID, Reason: why, Staff: j.Staff, Note: j.Note})
	}
	return back, err
}
