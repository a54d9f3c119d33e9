package product

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"besedka/core/product/catalogue"
	"besedka/core/review"
	"besedka/storage"
)

// Decision is a named person's answer to a task of the kind review.Product.
type Decision struct {
	Task    int64
	Staff   int64
	Product string // "" for none of the catalogue
	Note    string // why, in the person's words
	Fence   int64  // as in review.Verdict
}

// ErrNotAName is the answer to a decision about a task of another kind.
var ErrNotAName = errors.New("the task is not about the name of a product")

// ErrNameless refuses to teach a line of which nothing can be read: all such lines
// would be the same.
var ErrNameless = errors.New("the line has no name to remember")

// ErrBarcode refuses to teach a line that the catalogue knows by its barcode: no
// name would change what it is.
var ErrBarcode = errors.New("the catalogue knows the line by its barcode: mend the catalogue, then correct the line")

// ErrReplaced is the answer to who corrects a line that somebody else has decided
// meanwhile, or in the place of a decision that is not its name's.
var ErrReplaced = errors.New("another decision stands in its place")

// DecideTx answers a task: the name is that product from now on, or none of the
// catalogue, and the lines that waited are settled. It returns how many those
// were. Of two people at once one decides, and the other hears
// review.ErrDecided.
func (s *Service) DecideTx(ctx context.Context, tx storage.Tx, now time.Time, d Decision) (settled int, err error) {
	if settled, err = s.decide(ctx, tx, now, d); err != nil {
		return 0, fmt.Errorf("decide on the name of task %d: %w", d.Task, err)
	}
	return settled, nil
}

func (s *Service) decide(ctx context.Context, tx storage.Tx, now time.Time, d Decision) (int, error) {
	task, err := review.Find(ctx, tx, d.Task)
	if err != nil {
		return 0, err
	}
	if task.Kind != review.Product {
		return 0, ErrNotAName
	}
	var asked Question
	if err := json.Unmarshal(task.Detail, &asked); err != nil {
		return 0, fmt.Errorf("detail: %w", err)
	}
	if _, err := tx.Exec(ctx, qHoldName, asked.INN, asked.Name); err != nil {
		return 0, err
	}
	if err := review.DecideTx(ctx, tx, now, d.verdict()); err != nil {
		return 0, err
	}
	was, err := taught(ctx, tx, asked.INN, []string{asked.Name}) // one for a product that the catalogue has lost
	if err != nil {
		return 0, err
	}
	return s.teach(ctx, tx, now, lesson{asked.INN, asked.Name, was[asked.Name].Decision, 0, 0, ""}, d)
}

func (d Decision) verdict() review.Verdict {
	return review.Verdict{Task: d.Task, Staff: d.Staff, Approve: d.Product != "", Cause: review.Other, Note: d.Note, Fence: d.Fence}
}

// Correction is a named person's word about a line that nobody asked about, or
// that was decided before.
type Correction struct {
	Receipt  int64
	Line     int    // its place in the contents, from 0
	Replaces int64  // the person's decision that the line showed; 0 when it showed none
	Staff    int64  // as in Decision
	Product  string // as in Decision
	Note     string // as in Decision
}

// rematchMost is how many lines of a name a correction matches anew: a chain may have
// sold millions, and one transaction cannot hold them all.
const rematchMost = 2000

// CorrectTx is DecideTx for any line: the name of the line is taught, and the line,
// those that wait and the newest rematchMost of that name in the chain are matched
// anew, and counted in settled; older ones stay as they are. ErrReplaced
// when somebody has decided meanwhile; storage.ErrNotFound when there is no such
// line.
func (s *Service) CorrectTx(ctx context.Context, tx storage.Tx, now time.Time, c Correction) (settled int, err error) {
	if settled, err = s.correct(ctx, tx, now, c); err != nil {
		return 0, fmt.Errorf("correct line %d of receipt %d: %w", c.Line, c.Receipt, err)
	}
	return settled, nil
}

func (s *Service) correct(ctx context.Context, tx storage.Tx, now time.Time, c Correction) (int, error) {
	of, err := storage.One[nameRow](ctx, tx, qNameOf, c.Receipt, c.Line)
	if err != nil {
		return 0, err
	}
	if of.Name == "" {
		return 0, ErrNameless
	}
	asked, err := catalogue.Asked(of.Trace)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, qHoldName, of.INN, of.Name); err != nil {
		return 0, err
	}
	d := Decision{Staff: c.Staff, Product: c.Product, Note: c.Note}
	settled, err := s.teach(ctx, tx, now, lesson{of.INN, of.Name, c.Replaces, c.Receipt, rematchMost, asked.GTIN}, d)
	if err != nil {
		return 0, err
	}
	return settled, answerOpen(ctx, tx, now, about(of.INN, of.Name), d)
}

// answerOpen decides the open task about a name that a correction has answered.
func answerOpen(ctx context.Context, tx storage.Tx, now time.Time, about string, d Decision) error {
	task, err := review.FindOpen(ctx, tx, review.Product, about)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Task = task.ID
	return review.DecideTx(ctx, tx, now, d.verdict())
}

// lesson is a name to be taught, in the place of an earlier decision or of none.
type lesson struct {
	inn, name string
	replaces  int64
	receipt   int64  // whose line is corrected; 0 for none
	most      int    // so many of the newest lines are settled, decided or not
	gtin      string // of the line that is corrected
}

// teach keeps the decision and settles the rows of the name, which is held.
func (s *Service) teach(ctx context.Context, tx storage.Tx, now time.Time, l lesson, d Decision) (int, error) {
	c, err := s.current(ctx, tx)
	if err != nil {
		return 0, err
	}
	if c.Catalogue == nil || d.Product != "" && c.Product(d.Product) == nil {
		return 0, ErrNoProduct
	}
	if c.ByGTIN(l.gtin) != nil {
		return 0, ErrBarcode
	}
	kept, err := storage.Collect[idRow](ctx, tx, qTeach, l.inn, l.name, storage.OrNull(d.Product), storage.OrNull(l.replaces), d.Staff, d.Note, now)
	if err != nil {
		return 0, err
	}
	if len(kept) == 0 {
		return 0, ErrReplaced
	}
	rows, err := storage.Collect[settledRow](ctx, tx, qSettled, l.inn, l.name, l.receipt, l.most)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	known := map[string]catalogue.Taught{l.name: {Decision: kept[0].ID, Product: d.Product}}
	if err := c.rematch(ctx, tx, now, rows, known); err != nil {
		return 0, err
	}
	return len(rows), s.tell(ctx, tx, now, rows)
}

func (s *Service) tell(ctx context.Context, tx storage.Tx, now time.Time, rows []settledRow) error {
	if s.Settled == nil {
		return nil
	}
	receipts := make([]int64, len(rows))
	for i, r := range rows {
		receipts[i] = r.Receipt
	}
	return s.Settled(ctx, tx, now, slices.Compact(receipts)) // they come in this order
}

// rematch writes what has become of rows.
func (c edition) rematch(ctx context.Context, tx storage.Tx, now time.Time, rows []settledRow, known map[string]catalogue.Taught) error {
	receipts, places := make([]int64, len(rows)), make([]int, len(rows))
	var answers columns
	for i, row := range rows {
		asked, err := catalogue.Asked(row.Trace)
		if err != nil {
			return fmt.Errorf("line %d of receipt %d: %w", row.Line, row.Receipt, err)
		}
		receipts[i], places[i] = row.Receipt, row.Line
		answers.add(c.Match(asked, known))
	}
	_, err := tx.Exec(ctx, qRematch, receipts, places, answers.products, answers.scores, answers.verdicts, answers.decisions, answers.traces, c.hash[:], now)
	return err
}
