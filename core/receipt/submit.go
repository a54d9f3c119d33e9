package receipt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/storage"
)

// clockSkew is how far a till's clock may be ahead of ours: shoppers scan at the
// till, and of 21 such scans one was 65 seconds before the printed time.
const clockSkew = 15 * time.Minute

// eastmost is the zone of Russia in which it is latest. A code does not tell its
// zone, so a clock that may be Kamchatka's is not ahead; the rest is the tax
// service's to judge.
var eastmost = time.FixedZone("UTC+12", 12*60*60)

// Submission is the text of a QR as somebody sent it.
type Submission struct {
	Key     string // unique: a key seen before changes nothing and gets what has become of its Submission
	Member  int64
	Subject int64  // who sent it; 0 for a registrar
	Staff   int64  // the registrar; 0 for a shopper
	Blob    string // id of the photo, "" when there is none
	Text    string
	At      time.Time // when it was sent, however long it waited for us; zero = now

	Tenders map[string]int64 // kopecks of it that were paid by bonuses, by currency, as a registrar says
}

// Result is what to tell the one who sent it.
type Result struct {
	Outcome Outcome
	Reason  Reason // of Duplicate and Refused
	Receipt int64  // 0 when it did not become one, or not yet
	Sum     int64  // kopecks, 0 when the text did not tell
	Manual  bool   // taken, and a person will look
	Own     Own    // of DuplicateOwn
	Asked   bool   // of DuplicateOwn: a person had asked for another photo of it, and this is one
}

// Own is how the receipt that a member sends once more fares.
type Own struct {
	State  State // "" while it waits behind somebody else's claim
	Points int64 // minor units, 0 until credited
}

// SubmitTx takes a receipt in. What cannot be a receipt of the programme is
// refused at once; a first claim of a fiscal key becomes its receipt and is
// queued for verification; later claims are duplicates, or wait (see holder).
func (s *Service) SubmitTx(ctx context.Context, tx storage.Tx, now time.Time, sub Submission) (Result, error) {
	var b storage.Batch
	conclude, err := s.QueueSubmit(&b, now, sub)
	if err != nil {
		return Result{}, err
	}
	if err := b.Send(ctx, tx); err != nil {
		return Result{}, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	r, err := conclude(ctx, tx)
	if err != nil || len(sub.Tenders) == 0 || r.Outcome != Taken || r.Receipt == 0 {
		return r, err
	}
	tenders, err := json.Marshal(sub.Tenders)
	if err == nil {
		_, err = tx.Exec(ctx, qTender, r.Receipt, tenders)
	}
	return r, err
}

// QueueSubmit is SubmitTx for many: it adds to b what keeps the submission and,
// unless there is a reason not to, tries for the fiscal key, all in one
// statement. conclude, called after b was sent in tx, does what is left.
func (s *Service) QueueSubmit(b *storage.Batch, now time.Time, sub Submission) (conclude func(ctx context.Context, tx storage.Tx) (Result, error), err error) {
	if sub.At.IsZero() {
		sub.At = now
	}
	claim, reason, err := s.admit(now, sub.Text)
	if err != nil {
		return nil, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
	}
	kept := storage.Queue[keptRow](b, qSubmit, s.submission(now, sub, claim, reason)...)
	return func(ctx context.Context, tx storage.Tx) (Result, error) {
		r, err := s.conclude(ctx, tx, now, sub, claim, (*kept)[0])
		if err != nil {
			return r, fmt.Errorf("submit receipt %s: %w", sub.Key, err)
		}
		return r, nil
	}, nil
}

// conclude makes a Result of what qSubmit kept.
func (s *Service) conclude(ctx context.Context, tx storage.Tx, now time.Time, sub Submission, claim fiscal.QR, kept keptRow) (Result, error) {
	switch {
	case kept.ID == 0 && kept.Receipt != 0: // the same key came at once with another text
		return Result{}, storage.ErrMoved
	case kept.ID == 0:
		return replay(ctx, tx, sub.Key)
	case kept.Reason != "":
		return Result{Outcome: Refused, Reason: kept.Reason, Sum: claim.Sum}, nil
	case kept.Receipt != 0:
		return s.takenBy(claim, kept.Receipt), nil
	}
	return s.take(ctx, tx, now, entry{ID: kept.ID, Key: sub.Key, Member: sub.Member, At: sub.At, photo: sub.Blob != ""}, claim)
}

// admit reads the text and gives the reason to refuse it, if the text alone has
// one.
func (s *Service) admit(now time.Time, text string) (fiscal.QR, Reason, error) {
	claim, err := fiscal.Parse(text)
	if refusal, ok := errors.AsType[*fiscal.Refusal](err); ok {
		return claim, Reason(refusal.Reason), nil
	}
	if err == nil && claim.Time.In(eastmost).After(now.Add(clockSkew)) {
		return claim, Future, nil
	}
	return claim, "", err
}

func (s *Service) takenBy(claim fiscal.QR, receipt int64) Result {
	return Result{Outcome: Taken, Receipt: receipt, Sum: claim.Sum, Manual: s.unasked()}
}

// maxTries bounds how often the holder of a key may vanish under a submission.
const maxTries = 5

// take finds who holds the key, or makes the receipt when nobody does any more.
// The holder is locked while it is looked at, so that its rejection comes wholly
// before (then the key is free) or wholly after (then it finds the waiting claim).
func (s *Service) take(ctx context.Context, tx storage.Tx, now time.Time, e entry, claim fiscal.QR) (Result, error) {
	for range maxTries {
		held, err := lockHolder(ctx, tx, claim.Key())
		if err == nil {
			return s.meet(ctx, tx, e, held, claim)
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return Result{}, err
		}
		opened, err := s.open(ctx, tx, now, e, claim)
		if err != nil || opened != 0 {
			return s.takenBy(claim, opened), err
		}
	}
	return Result{}, storage.ErrMoved
}

// meet records what the holder of the key makes of the claim.
func (s *Service) meet(ctx context.Context, tx storage.Tx, e entry, held holder, claim fiscal.QR) (Result, error) {
	v := held.meet(claim, e.Member)
	var err error
	if v.waits {
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
	if _, err := tx.Exec(ctx, qSettleSubmission, e.ID, state, storage.OrNull(v.told), storage.OrNull(receipt)); err != nil {
		return Result{}, err
	}
	if held.Member != e.Member {
		return told(v.told, 0, claim.Sum), nil
	}
	r := told(v.told, receipt, claim.Sum)
	if v.told != DuplicateOwn {
		return r, nil
	}
	if r.Own, err = faring(ctx, tx, held); err == nil && e.photo {
		r.Asked, err = asked(ctx, tx, held.ID)
	}
	return r, err
}

// faring looks for the points after the holder was locked: what the lock waited
// for may have been their crediting.
func faring(ctx context.Context, tx storage.Tx, held holder) (Own, error) {
	own := Own{State: held.State}
	var err error
	own.Points, err = storage.Value[int64](ctx, tx, qPointsOf, held.ID)
	return own, err
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
	if row.Reason == DuplicateOwn {
		r.Own = Own{State: row.State, Points: row.Points}
	}
	return r, nil
}

// open makes the receipt of a kept submission, if its fiscal key is free; else 0.
func (s *Service) open(ctx context.Context, tx storage.Tx, now time.Time, e entry, claim fiscal.QR) (int64, error) {
	rows, err := storage.Collect[idRow](ctx, tx, qOpen, append([]any{e.ID}, s.opening(now, claim)...)...)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].ID, nil
}

// opening is what a claim's receipt begins with: parameters $12 to $21 of qSubmit
// and the last ten of qOpen.
func (s *Service) opening(now time.Time, claim fiscal.QR) []any {
	state, reason, due := Queued, Reason(""), &now
	if s.unasked() {
		state, reason, due = Manual, NoProvider, nil
	}
	return []any{
		int(claim.Operation), claim.Time.In(time.UTC), s.Zone.String(), claim.Time.In(s.Zone), claim.Sum, claim.SumAmbiguous,
		state, storage.OrNull(reason), due, now,
	}
}

// submission is the parameters of qSubmit.
func (s *Service) submission(now time.Time, sub Submission, claim fiscal.QR, reason Reason) []any {
	text := ""
	if claim.FN != "" {
		text = claim.String()
	}
	all := append([]any{
		sub.Key, sub.Member, storage.OrNull(sub.Subject), storage.OrNull(sub.Staff), storage.OrNull(sub.Blob), text,
		storage.OrNull(claim.FN), storage.OrNull(claim.FD), storage.OrNull(claim.FP), sub.At, storage.OrNull(reason),
	}, s.opening(now, claim)...)
	return append(all, registeredLimit, newcomerLimit)
}
