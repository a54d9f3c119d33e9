package support

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// RateTx keeps the mark, from 1 to 5, that a subject gives to the conversation of theirs
// that was closed last; false when there is none, or it has a mark.
func RateTx(ctx context.Context, tx storage.Tx, now time.Time, subject, mark int64) (bool, error) {
	done, err := tx.Exec(ctx, qRate, subject, mark, now)
	if err != nil {
		return false, fmt.Errorf("keep the mark of subject %d: %w", subject, err)
	}
	return done.RowsAffected() == 1, nil
}

// Marks are how often each mark was given.
type Marks struct {
	One   int64 `db:"one" json:"1"`
	Two   int64 `db:"two" json:"2"`
	Three int64 `db:"three" json:"3"`
	Four  int64 `db:"four" json:"4"`
	Five  int64 `db:"five" json:"5"`
}

// Given is how many marks there are.
func (m Marks) Given() int64 { return m.One + m.Two + m.Three + m.Four + m.Five }

// Tenths is the average in tenths, 0 of none.
func (m Marks) Tenths() int64 {
	if m.Given() == 0 {
		return 0
	}
	sum := m.One + 2*m.Two + 3*m.Three + 4*m.Four + 5*m.Five
	return (20*sum + m.Given()) / (2 * m.Given())
}

// FewestMarks are shown at once: of fewer somebody might know whose they are.
const FewestMarks = 5

// MarksIn counts the marks given after one instant and up to another, by FewestMarks in the
// order they were given: a mark is counted with all of its five or not at all, so that two
// answers, of other days or a minute later, never differ by one shopper's.
func MarksIn(ctx context.Context, q storage.Querier, from, to time.Time) (Marks, error) {
	m, err := storage.One[Marks](ctx, q, qMarks, from, to, FewestMarks)
	if err != nil {
		return Marks{}, fmt.Errorf("count marks: %w", err)
	}
	return m, nil
}
