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
	At      time.Time // when it was sent, however long it waited for us; zero = now
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
	if sub.At.IsZero() {
		sub.At = now
	}
	claim, reason, err := s.admit(ctx, tx, now, sub.Text)
	if err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	r, err := s.submit(ctx, tx, now, sub, claim, reason)
	if err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	return r, nil
}

// submit keeps what came and, unless there is a reason not to, tries for the
// fiscal key in the same round trip.
func (s *Service) submit(ctx context.Context, tx storage.Tx, now time.Time, sub Submission, claim fiscal.QR, reason Reason) (Result, error) {
	var b storage.Batch
	opened := new([]idRow)
	kept := queueSubmission(&b, sub, claim, reason)
	if reason == "" {
		opened = s.queueOpen(&b, now, sub.Key, claim)
	}
	if err := b.Send(ctx, tx); err != nil {
		return Result{}, err
	}
	switch {
	case len(*kept) == 0:
		return replay(ctx, tx, sub.Key)
	case reason != "":
		return Result{Outcome: Refused, Reason: reason, Sum: claim.Sum}, nil
	}
	e := entry{ID: (*kept)[0].ID, Key: sub.Key, Member: sub.Member, At: sub.At}
	return s.take(ctx, tx, now, e, claim, *opened)
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
	if err == nil && !covered {
		return claim, OutOfPeriod, nil
	}
	return claim, "", err
}

// maxTries bounds how often the holder of a key may vanish under a submission.
const maxTries = 5

// take goes on with the receipt that was opened, or finds who holds its key. The
// holder is locked while it is looked at, so that its rejection comes wholly
// before (then the key is free) or wholly after (then it finds the waiting claim).
func (s *Service) take(ctx context.Context, tx storage.Tx, now time.Time, e entry, claim fiscal.QR, opened []idRow) (Result, error) {
	for range maxTries {
		if len(opened) > 0 {
			r := Result{Outcome: Taken, Receipt: opened[0].ID, Sum: claim.Sum, Manual: s.Provider == nil}
			return r, s.taken(ctx, tx, now, e, r.Receipt)
		}
		held, err := lockHolder(ctx, tx, claim.Key())
		if err == nil {
			return s.meet(ctx, tx, e, held, claim)
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return Result{}, err
		}
		if opened, err = s.open(ctx, tx, now, e.Key, claim); err != nil {
			return Result{}, err
		}
	}
	return Result{}, storage.ErrMoved
}

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

// queueOpen makes the receipt of a kept submission if its fiscal key is free.
func (s *Service) queueOpen(b *storage.Batch, now time.Time, key string, claim fiscal.QR) *[]idRow {
	state, reason, due := Queued, Reason(""), &now
	if s.Provider == nil {
		state, reason, due = Manual, NoProvider, nil
	}
	return storage.Queue[idRow](b, qOpen, key, int(claim.Operation), claim.Time.In(time.UTC), s.Zone.String(),
		claim.Time.In(s.Zone), claim.Sum, claim.SumAmbiguous, state, orNull(reason), due, now)
}

// open is queueOpen in a round trip of its own.
func (s *Service) open(ctx context.Context, tx storage.Tx, now time.Time, key string, claim fiscal.QR) ([]idRow, error) {
	var b storage.Batch
	opened := s.queueOpen(&b, now, key, claim)
	err := b.Send(ctx, tx)
	return *opened, err
}

// taken does what belongs to a receipt that was opened.
func (s *Service) taken(ctx context.Context, tx storage.Tx, now time.Time, e entry, receipt int64) error {
	var b storage.Batch
	b.ExecN(1, qSettleSubmission, e.ID, "taken", nil, receipt)
	b.Exec(qStatTaken, e.Member, e.At)
	if s.Provider == nil {
		b.Exec(qReview, receipt, NoProvider, now)
	}
	return b.Send(ctx, tx)
}
