package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/storage"
)

// clockSkew is how far a till's clock may be ahead of ours: shoppers scan at the
// till, and of 21 such scans one was 65 seconds before the printed time.
const clockSkew = 15 * time.Minute

// Submission is the text of a QR as somebody sent it.
type Submission struct {
	Key     string // unique: the same key gets the same Result and changes nothing
	Member  int64
	Subject int64  // who sent it; 0 for a registrar
	Staff   int64  // the registrar; 0 for a shopper
	Blob    string // id of the photo, "" when there is none
	Text    string
}

// Result is what to tell the one who sent it.
type Result struct {
	Outcome Outcome
	Reason  Reason // of Duplicate and Refused
	Receipt int64  // 0 when it did not become one, or not yet
	Sum     int64  // kopecks, 0 when the text did not tell
	Manual  bool   // taken, and a person will look
}

// SubmitTx takes a receipt in. What cannot be a receipt of the programme is
// refused at once; a first claim of a fiscal key becomes its receipt and is
// queued for verification; later claims are duplicates, or wait (see holder).
func (s *Service) SubmitTx(ctx context.Context, tx storage.Tx, now time.Time, sub Submission) (Result, error) {
	claim, reason, err := s.admit(ctx, tx, now, sub.Text)
	if err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	entry, fresh, err := insertSubmission(ctx, tx, now, sub, claim, reason)
	if err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	result := Result{Outcome: Refused, Reason: reason, Sum: claim.Sum}
	switch {
	case !fresh:
		result, err = replay(ctx, tx, sub.Key)
	case reason == "":
		result, err = s.take(ctx, tx, now, entry, claim)
	}
	if err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	return result, nil
}

// admit reads the text and gives the reason to refuse it, if it can be seen
// without knowing who holds its key.
func (s *Service) admit(ctx context.Context, tx storage.Tx, now time.Time, text string) (fiscal.QR, Reason, error) {
	claim, err := fiscal.Parse(text)
	if refusal, ok := errors.AsType[*fiscal.Refusal](err); ok {
		return claim, Reason(refusal.Reason), nil
	}
	if err != nil {
		return claim, "", err
	}
	bought := claim.Time.In(s.Zone)
	if bought.After(now.Add(clockSkew)) {
		return claim, Future, nil
	}
	covered, err := s.Campaigns.CoversTx(ctx, tx, bought)
	if err != nil {
		return claim, "", err
	}
	if !covered {
		return claim, OutOfPeriod, nil
	}
	if _, ambiguous := claim.Alternative(); ambiguous { // the other reading may still be right
		return claim, "", nil
	}
	reason, err := refusedBefore(ctx, tx, claim)
	return claim, reason, err
}

// take gives the claim its fiscal key or finds what it meets there. The holder is
// locked while it is looked at, so that its rejection comes wholly before (then
// the key is free) or wholly after (then it finds the waiting claim).
func (s *Service) take(ctx context.Context, tx storage.Tx, now time.Time, e entry, claim fiscal.QR) (Result, error) {
	for range maxTries {
		id, err := s.open(ctx, tx, now, e, claim)
		if err != nil {
			return Result{}, err
		}
		if id != 0 {
			return Result{Outcome: Taken, Receipt: id, Sum: claim.Sum, Manual: s.Provider == nil}, nil
		}
		held, err := lockHolder(ctx, tx, claim.Key())
		if errors.Is(err, storage.ErrNotFound) { // rejected meanwhile
			continue
		}
		if err != nil {
			return Result{}, err
		}
		return s.meet(ctx, tx, e, held, claim)
	}
	return Result{}, storage.ErrMoved
}

// maxTries bounds how often the holder of a key may vanish under a submission.
const maxTries = 5

// meet records what the holder of the key makes of the claim.
func (s *Service) meet(ctx context.Context, tx storage.Tx, e entry, held holder, claim fiscal.QR) (Result, error) {
	v := held.meet(claim, e.Member)
	if v.waits {
		var err error
		if v, err = queueBehind(ctx, tx, e, claim, v); err != nil {
			return Result{}, err
		}
	}
	state, receipt := "duplicate", held.ID
	switch {
	case v.waits:
		state, receipt = "waiting", 0
	case v.told == TooMany:
		state, receipt = "refused", 0
	}
	if _, err := tx.Exec(ctx, qSettleSubmission, e.ID, state, orNull(v.told), orNull(receipt)); err != nil {
		return Result{}, err
	}
	if held.Member != e.Member {
		receipt = 0
	}
	return told(v.told, receipt, claim.Sum), nil
}

// queueBehind bounds what a member may have waiting for one key.
func queueBehind(ctx context.Context, tx storage.Tx, e entry, claim fiscal.QR, v verdict) (verdict, error) {
	waiting, err := storage.Collect[waitingRow](ctx, tx, qWaitingOf, claim.FN, claim.FD, claim.FP, e.Member)
	if err != nil {
		return v, err
	}
	for _, w := range waiting {
		if w.QR == claim.String() {
			return verdict{told: DuplicateOwn}, nil
		}
	}
	if len(waiting) >= MaxWaiting {
		return verdict{told: TooMany}, nil
	}
	return v, nil
}

// told is the Result of a stored submission.
func told(reason Reason, receipt, sum int64) Result {
	r := Result{Outcome: Taken, Reason: reason, Receipt: receipt, Sum: sum}
	switch reason {
	case "":
	case DuplicateOwn, DuplicateOther:
		r.Outcome = Duplicate
	default:
		r.Outcome = Refused
	}
	return r
}

// replay is the Result that the submission got when it was new.
func replay(ctx context.Context, tx storage.Tx, key string) (Result, error) {
	row, err := storage.One[replayRow](ctx, tx, qReplay, key)
	if err != nil {
		return Result{}, err
	}
	claim, _ := fiscal.Parse(row.QR) // stored canonical, or "" when the text was not fiscal
	r := told(row.Reason, row.Receipt, claim.Sum)
	r.Manual = row.Manual
	return r, nil
}

// open makes the receipt of a claim whose key is free; 0 when it is held.
func (s *Service) open(ctx context.Context, tx storage.Tx, now time.Time, e entry, claim fiscal.QR) (int64, error) {
	state, reason, due := Queued, Reason(""), &now
	if s.Provider == nil {
		state, reason, due = Manual, NoProvider, nil
	}
	ids, err := storage.Collect[idRow](ctx, tx, qOpen, claim.FN, claim.FD, claim.FP, int(claim.Operation),
		claim.Time.In(time.UTC), s.Zone.String(), claim.Time.In(s.Zone), claim.Sum, claim.SumAmbiguous,
		e.Member, orNull(e.Subject), state, orNull(reason), due, e.At, now)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	var b storage.Batch
	b.ExecN(1, qSettleSubmission, e.ID, "taken", nil, ids[0].ID)
	b.Exec(qStatTaken, e.Member, e.At)
	if state == Manual {
		b.Exec(qReview, ids[0].ID, reason, now)
	}
	return ids[0].ID, b.Send(ctx, tx)
}
