package partner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"besedka/core/partner/book"
	"besedka/core/review"
	"besedka/storage"
)

// Decision is a named person's answer to a task of the kind review.Place.
type Decision struct {
	Task  int64
	Staff int64
	Store string // "" for none of the partners'
	Note  string // why, in the person's words
	Fence int64  // as in review.Verdict
}

func (d Decision) verdict() review.Verdict {
	return review.Verdict{Task: d.Task, Staff: d.Staff, Approve: d.Store != "", Cause: review.Other, Note: d.Note, Fence: d.Fence}
}

// settleMost is how many receipts one decision settles: an address may have seen
// millions, and one transaction cannot hold them all.
const settleMost = 2000

// DecideTx answers a task: the address is that store from now on, or none of the
// partners', and the receipts that waited are settled, the newest settleMost of them.
// It returns how many those were. Of those that still wait, as they are more or of
// days on which the store takes no part, a person is asked anew. Of two people at once one decides, and the other
// hears review.ErrDecided. Locks are taken in the order: the address, the task, the
// places by receipt.
func (s *Service) DecideTx(ctx context.Context, tx storage.Tx, now time.Time, d Decision) (settled int, err error) {
	if settled, err = s.decide(ctx, tx, now, d); err != nil {
		return 0, fmt.Errorf("decide on the place of task %d: %w", d.Task, err)
	}
	return settled, nil
}

func (s *Service) decide(ctx context.Context, tx storage.Tx, now time.Time, d Decision) (int, error) {
	task, err := review.Find(ctx, tx, d.Task)
	if err != nil {
		return 0, err
	}
	if task.Kind != review.Place {
		return 0, ErrNotPlace
	}
	var asked Question
	if err := json.Unmarshal(task.Detail, &asked); err != nil {
		return 0, fmt.Errorf("detail: %w", err)
	}
	key := book.Key{INN: asked.INN, Address: asked.Address}
	if _, err := tx.Exec(ctx, qHoldKey, key.INN, key.Address); err != nil {
		return 0, err
	}
	if err := review.DecideTx(ctx, tx, now, d.verdict()); err != nil {
		return 0, err
	}
	was, err := taught(ctx, tx, key) // one for a store that the partners have lost
	if err != nil {
		return 0, err
	}
	l := lesson{Key: key, receipt: task.Receipt}
	if was != nil {
		l.replaces = was.Decision
	}
	settled, err := s.teach(ctx, tx, now, l, d)
	if err != nil {
		return 0, err
	}
	return settled, askAgain(ctx, tx, now, key)
}

// askAgain asks about receipts that a decision has left unsettled.
func askAgain(ctx context.Context, tx storage.Tx, now time.Time, key book.Key) error {
	left, err := storage.Collect[idRow](ctx, tx, qLeft, key.INN, key.Address)
	if err != nil || len(left) == 0 {
		return err
	}
	return open(ctx, tx, now, left[0].ID, key)
}

// Correction is a named person's word about a receipt that nobody asked about, or
// that was decided before.
type Correction struct {
	Receipt  int64
	Replaces int64  // the person's decision that the receipt showed; 0 when it showed none
	Staff    int64  // as in Decision
	Store    string // as in Decision
	Note     string // as in Decision
}

// CorrectTx is DecideTx for any receipt: its address is taught, and the receipt, those
// that wait and the newest settleMost of that address are matched anew, and counted in
// settled; older ones stay as they are. ErrReplaced when somebody has decided
// meanwhile; storage.ErrNotFound when no place of the receipt is kept.
func (s *Service) CorrectTx(ctx context.Context, tx storage.Tx, now time.Time, c Correction) (settled int, err error) {
	if settled, err = s.correct(ctx, tx, now, c); err != nil {
		return 0, fmt.Errorf("correct the place of receipt %d: %w", c.Receipt, err)
	}
	return settled, nil
}

func (s *Service) correct(ctx context.Context, tx storage.Tx, now time.Time, c Correction) (int, error) {
	of, err := storage.One[keyRow](ctx, tx, qKeyOf, c.Receipt)
	if err != nil {
		return 0, err
	}
	key := book.Key{INN: of.INN, Address: of.Address}
	if key.Empty() {
		return 0, ErrNameless
	}
	till, err := book.ByTill(of.Trace)
	if err != nil {
		return 0, err
	}
	if till {
		return 0, ErrTill
	}
	if _, err := tx.Exec(ctx, qHoldKey, key.INN, key.Address); err != nil {
		return 0, err
	}
	d := Decision{Staff: c.Staff, Store: c.Store, Note: c.Note}
	settled, err := s.teach(ctx, tx, now, lesson{Key: key, replaces: c.Replaces, receipt: c.Receipt, decided: true}, d)
	if err != nil {
		return 0, err
	}
	if err := answerOpen(ctx, tx, now, about(key), d); err != nil {
		return 0, err
	}
	return settled, askAgain(ctx, tx, now, key)
}

// answerOpen decides the open task about an address that a correction has answered.
func answerOpen(ctx context.Context, tx storage.Tx, now time.Time, about string, d Decision) error {
	task, err := review.FindOpen(ctx, tx, review.Place, about)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Task = task.ID
	return review.DecideTx(ctx, tx, now, d.verdict())
}

// lesson is an address to be taught, in the place of an earlier decision or of none.
type lesson struct {
	book.Key
	replaces int64
	receipt  int64 // that the person looked at
	decided  bool  // receipts that wait for nobody are settled, too
}

// teach keeps the decision and settles the receipts of the address, which is held.
func (s *Service) teach(ctx context.Context, tx storage.Tx, now time.Time, l lesson, d Decision) (int, error) {
	e, err := s.current(ctx, tx)
	if err != nil {
		return 0, err
	}
	if e.Book == nil || d.Store != "" && e.Store(d.Store) == nil {
		return 0, ErrNoStore
	}
	kept, err := storage.Collect[idRow](ctx, tx, qTeach, l.INN, l.Address, storage.OrNull(d.Store), storage.OrNull(l.replaces), d.Staff, d.Note, now)
	if err != nil {
		return 0, err
	}
	if len(kept) == 0 {
		return 0, ErrReplaced
	}
	rows, err := storage.Collect[settledRow](ctx, tx, qSettled, l.INN, l.Address, l.receipt, settleMost, l.decided)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return e.rematch(ctx, tx, now, l.receipt, rows, book.Taught{Decision: kept[0].ID, Store: d.Store})
}

// rematch writes what has become of rows and counts those that are settled. The one
// that the person looked at must be: else they were wrong about its day.
func (e edition) rematch(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, rows []settledRow, known book.Taught) (settled int, err error) {
	receipts := make([]int64, len(rows))
	var answers columns
	for i, row := range rows {
		m, err := e.Rematch(row.Trace, &known)
		if err != nil {
			return 0, fmt.Errorf("place of receipt %d: %w", row.Receipt, err)
		}
		switch {
		case m.Verdict != book.Unsure:
			settled++
		case row.Receipt == receipt:
			return 0, ErrDay
		}
		receipts[i] = row.Receipt
		answers.add(m)
	}
	_, err = tx.Exec(ctx, qRematch, receipts, answers.verdicts, answers.partners, answers.stores, answers.formats, answers.categories, answers.zones,
		answers.decisions, answers.traces, e.hash[:], now)
	return settled, err
}
