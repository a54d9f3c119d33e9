package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Kind says what a person is asked.
type Kind string

// The kinds of tasks.
const (
	Receipt Kind = "receipt" // is it real? no service could tell
	Product Kind = "product" // is this line that product?
	Fraud   Kind = "fraud"   // are these figures honest?
	Sample  Kind = "sample"  // looked at because somebody always looks
	Place   Kind = "place"   // in which store was this made?
	Debt    Kind = "debt"    // what a receipt that counts no more had brought is spent, or has left us: forgive it, or ask for it?
)

// Kinds are all of them.
var Kinds = []Kind{Receipt, Product, Fraud, Sample, Place, Debt}

// OneReceipt are those that are pointless without their receipt. The name of a
// product and the address of a store are asked about once for all receipts that have
// them.
var OneReceipt = []Kind{Receipt, Fraud, Sample}

// AboutReceipt is what a task about a receipt as a whole is about.
func AboutReceipt(id int64) string { return fmt.Sprintf("receipt/%d", id) }

// Ask is what a person is asked to decide.
type Ask struct {
	Kind    Kind
	About   string // names what is decided, within its kind
	Receipt int64  // to look at
	Reason  string // why a person must look
	Detail  any    // figures and lines as JSON, by ids and never by name; nil for none
}

// OpenTx puts a before people and says whether that was new: while a task of the
// kind about the same is open, it changes nothing.
func OpenTx(ctx context.Context, tx storage.Tx, now time.Time, a Ask) (opened bool, err error) {
	detail := []byte("{}")
	if a.Detail != nil {
		if detail, err = json.Marshal(a.Detail); err != nil {
			return false, fmt.Errorf("open %s task about %s: %w", a.Kind, a.About, err)
		}
	}
	tag, err := tx.Exec(ctx, qOpen, a.Kind, a.About, a.Receipt, a.Reason, detail, now)
	if err != nil {
		return false, fmt.Errorf("open %s task about %s: %w", a.Kind, a.About, err)
	}
	return tag.RowsAffected() > 0, nil
}

// Cause is why a person decided so.
type Cause string

// The causes of approval, then those of rejection. Other goes with both, and needs
// a note.
const (
	PaperSeen  Cause = "paper_seen" // the paper was shown, or its photo reads well
	FoundThere Cause = "found"      // by hand, at the tax service or the shop
	Innocent   Cause = "innocent"   // the figures have an honest explanation

	NotFound   Cause = "not_found"  // neither the tax service nor the shop knows it
	Forged     Cause = "forged"     // made up, or altered
	Collected  Cause = "collected"  // the receipts of other people
	Ineligible Cause = "ineligible" // real, and not what the programme rewards
	Unreadable Cause = "unreadable" // nobody can tell from what was sent

	Other Cause = "other"
)

// Fits says whether a verdict may have the cause.
func (c Cause) Fits(approve bool) bool {
	switch c {
	case PaperSeen, FoundThere, Innocent:
		return approve
	case NotFound, Forged, Collected, Ineligible, Unreadable:
		return !approve
	}
	return c == Other
}

// Verdict is a named person's decision.
type Verdict struct {
	Task    int64
	Staff   int64
	Fence   int64 // of the taking that it is of, see Taken; 0: of none, it is decided unless somebody else holds it
	Approve bool
	Cause   Cause
	Note    string // in the person's words; may be "" unless the cause is Other
}

// Refusals of a verdict.
var (
	ErrDecided = errors.New("the task was decided before")
	ErrTaken   = errors.New("somebody else is looking at the task")
	ErrLost    = errors.New("the task has been in other hands since you took it: take it again and look what is new")
)

// DecideTx records a verdict, once: ErrDecided when somebody was faster, ErrTaken
// while somebody else holds the task, ErrLost when it is of a taking that is over. What
// follows from it is the caller's, who locks the receipt first: whoever decides something
// of a receipt does.
func DecideTx(ctx context.Context, tx storage.Tx, now time.Time, v Verdict) error {
	tag, err := tx.Exec(ctx, qDecide, v.Task, now, word(v.Approve), v.Staff, v.Cause, v.Note, v.Fence)
	if err == nil && tag.RowsAffected() == 0 {
		err = refused(ctx, tx, now, v.Task, v.Staff)
	}
	if err != nil {
		return fmt.Errorf("decide task %d: %w", v.Task, err)
	}
	return nil
}

// refused says why a guarded write found no task to change.
func refused(ctx context.Context, q storage.Querier, now time.Time, id, staff int64) error {
	t, err := Find(ctx, q, id)
	switch {
	case err != nil:
		return err
	case t.Decided != nil:
		return ErrDecided
	case t.HeldBy(now) != 0 && t.TakenBy != staff:
		return ErrTaken
	}
	return ErrLost
}

func word(approve bool) string {
	if approve {
		return "approved"
	}
	return "rejected"
}

// CloseTx ends the open tasks of those kinds about a receipt, whose question
// something else than a person has answered.
func CloseTx(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, approve bool, kinds ...Kind) error {
	if _, err := tx.Exec(ctx, qClose, receipt, now, word(approve), kinds); err != nil {
		return fmt.Errorf("close tasks of receipt %d: %w", receipt, err)
	}
	return nil
}

// Task is one question to a person, open or decided.
type Task struct {
	ID         int64           `db:"id" json:"id"`
	Kind       Kind            `db:"kind" json:"kind"`
	About      string          `db:"about" json:"about"`
	Receipt    int64           `db:"receipt_id" json:"receipt"`
	Reason     string          `db:"reason" json:"reason"`
	Detail     json.RawMessage `db:"detail" json:"detail"`
	Created    time.Time       `db:"created_at" json:"created"`
	TakenBy    int64           `db:"taken_by" json:"takenBy,omitempty"` // 0 when nobody ever took it
	TakenUntil *time.Time      `db:"taken_until" json:"takenUntil,omitempty"`
	Fence      int64           `db:"fence" json:"fence,omitempty"`    // of the last taking
	Asked      *time.Time      `db:"asked_at" json:"asked,omitempty"` // the shopper was asked for another photo
	AskedBy    int64           `db:"asked_by" json:"askedBy,omitempty"`
	Decided    *time.Time      `db:"decided_at" json:"decided,omitempty"`
	DecidedBy  int64           `db:"decided_by" json:"decidedBy,omitempty"` // 0 when no person did
	Verdict    string          `db:"verdict" json:"verdict,omitempty"`      // approved or rejected
	Cause      Cause           `db:"cause" json:"cause,omitempty"`
	Note       string          `db:"note" json:"note,omitempty"`
}

// HeldBy is who has the task now; 0 for nobody.
func (t Task) HeldBy(now time.Time) int64 {
	if t.Decided != nil || t.TakenUntil == nil || !t.TakenUntil.After(now) {
		return 0
	}
	return t.TakenBy
}

// Find is one task, or storage.ErrNotFound.
func Find(ctx context.Context, q storage.Querier, id int64) (Task, error) {
	t, err := storage.One[Task](ctx, q, qFind, id)
	if err != nil {
		return Task{}, fmt.Errorf("task %d: %w", id, err)
	}
	return t, nil
}

// FindOpen is the open task of a kind about something, or storage.ErrNotFound.
func FindOpen(ctx context.Context, q storage.Querier, k Kind, about string) (Task, error) {
	t, err := storage.One[Task](ctx, q, qFindOpen, k, about)
	if err != nil {
		return Task{}, fmt.Errorf("open %s task about %s: %w", k, about, err)
	}
	return t, nil
}

// OfReceipt are all tasks about a receipt, open and decided, in their order.
func OfReceipt(ctx context.Context, q storage.Querier, receipt int64) ([]Task, error) {
	tasks, err := storage.Collect[Task](ctx, q, qOfReceipt, receipt)
	if err != nil {
		return nil, fmt.Errorf("tasks of receipt %d: %w", receipt, err)
	}
	return tasks, nil
}
