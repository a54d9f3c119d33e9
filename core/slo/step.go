package slo

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// countChunk is how many verdicts are counted in one transaction.
const countChunk = 1000

// Step counts new verdicts and looks at the targets whenever one may be broken or
// reached anew: after verdicts, when an undecided receipt grows late, when a day
// leaves the window. A breach is kept once until it ends; one process looks at a
// time, the others go on without.
func (s *Service) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	p, err := storage.One[probe](ctx, s.DB, qProbe, limits())
	if err != nil {
		return false, time.Time{}, fmt.Errorf("see whether the promises about time need a look: %w", err)
	}
	if due := s.due(p); !p.Uncounted && (due.IsZero() || due.After(now)) {
		return false, due, nil
	}
	var turns []turn
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		worked, turns, err = s.look(ctx, tx, now)
		return err
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("look at the promises about time: %w", err)
	}
	for _, t := range turns {
		s.tell(ctx, t)
	}
	return worked, time.Time{}, nil
}

// probe is what a look depends on.
type probe struct {
	Looked    time.Time  `db:"looked"`
	Uncounted bool       `db:"uncounted"`
	Late      *time.Time `db:"late"`     // when the first undecided receipt after Looked reaches the end of a target's time
	LastDay   *time.Time `db:"last_day"` // with verdicts
}

// due is when there is something to see again; zero when only a new receipt can
// bring it.
func (s *Service) due(p probe) (due time.Time) {
	if p.Late != nil {
		due = p.Late.Add(time.Microsecond) // in time up to its very end
	}
	midnight := s.midnight(p.Looked)
	if p.LastDay == nil || p.LastDay.Before(s.dayOf(midnight, -WindowDays)) {
		return due
	}
	if due.IsZero() || midnight.Before(due) {
		return midnight
	}
	return due
}

// turn is a target that has been broken or is reached anew.
type turn struct {
	Figure
	began bool
}

// look counts and judges under a lock of its own, so that two looks never tell
// different things at once. It works only when the lock is free.
func (s *Service) look(ctx context.Context, tx storage.Tx, now time.Time) (worked bool, turns []turn, err error) {
	mine, err := storage.Value[bool](ctx, tx, qLock)
	if err != nil || !mine {
		return false, nil, err
	}
	if _, err := tx.Exec(ctx, qCount, countChunk, limits()); err != nil {
		return false, nil, err
	}
	standing, err := s.Standing(ctx, tx, now)
	if err != nil {
		return false, nil, err
	}
	for _, f := range standing.Targets {
		changed, err := keep(ctx, tx, now, f)
		if err != nil {
			return false, nil, err
		}
		if changed {
			turns = append(turns, turn{f, !f.Kept()})
		}
	}
	_, err = tx.Exec(ctx, qLooked, now)
	return true, turns, err
}

// keep opens or closes the breach of a target; as it is already, nothing changes.
func keep(ctx context.Context, tx storage.Tx, now time.Time, f Figure) (changed bool, err error) {
	var tag storage.Tag
	if f.Kept() {
		tag, err = tx.Exec(ctx, qEnd, f.Name, now)
	} else {
		tag, err = tx.Exec(ctx, qBegin, f.Name, now, f.Met, f.Judged)
	}
	return tag.RowsAffected() > 0, err
}

func (s *Service) tell(ctx context.Context, t turn) {
	args := []any{"target", t.Name, "in_time", t.Met, "of", t.Judged}
	if t.began {
		s.Log.WarnContext(ctx, "a promise about time is broken: too many receipts wait too long for their verdict", args...)
		return
	}
	s.Log.InfoContext(ctx, "a promise about time is kept again", args...)
}
