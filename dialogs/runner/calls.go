package runner

import (
	"context"
	"errors"
	"slices"

	"besedka/dialogs/actions"
	"besedka/storage"
)

// errLeaves is why a group comes to nothing when turns of it, which are marked,
// have to run alone: its transaction has what they did before. The others make
// another group.
var errLeaves = errors.New("turns leave their group")

// callAll carries out the calls of a group's turns, the next one of each in one
// round trip, until every turn has been decided.
func (r *Runner) callAll(ctx context.Context, tx storage.Tx, turns []turn) error {
	calling := waiting(turns)
	if len(calling) == 0 {
		return nil
	}
	var b storage.Batch
	held := queueHold(&b, calling)
	for len(calling) > 0 {
		answers, err := r.ask(ctx, tx, &b, calling)
		if err == nil {
			err = keepHeld(calling, *held)
		}
		if err == nil {
			err = r.resume(ctx, tx, calling, answers)
		}
		if err != nil {
			return err
		}
		b, calling = storage.Batch{}, waiting(turns)
	}
	return nil
}

// waiting are the turns that wait for what they called.
func waiting(turns []turn) (calling []*turn) {
	for i := range turns {
		if t := &turns[i]; !t.alone && t.out.Call != nil {
			calling = append(calling, t)
		}
	}
	return calling
}

type subjectRow struct {
	ID int64 `db:"id"`
}

func queueHold(b *storage.Batch, calling []*turn) *[]subjectRow {
	subjects, members := make([]int64, len(calling)), make([]int64, len(calling))
	for i, t := range calling {
		subjects[i], members[i] = t.row.Subject, t.row.Member
	}
	return storage.Queue[subjectRow](b, qHoldSubjects, subjects, members)
}

// keepHeld makes those leave whose subjects are not in our hands.
func keepHeld(calling []*turn, held []subjectRow) (err error) {
	for _, t := range calling {
		if !slices.Contains(held, subjectRow{t.row.Subject}) {
			t.alone, err = true, errLeaves
		}
	}
	return err
}

// ask sends the calls of all in one batch, behind what is in it.
func (r *Runner) ask(ctx context.Context, tx storage.Tx, b *storage.Batch, calling []*turn) ([]actions.Answer, error) {
	answers := make([]actions.Answer, len(calling))
	for i, t := range calling {
		if err := t.attempt(func() (err error) {
			answers[i], err = r.Actions[t.out.Call.Name].Queue(b, t.call(t.out.Call))
			return err
		}); err != nil {
			return nil, err
		}
	}
	return answers, b.Send(ctx, tx)
}

// resume gives each turn its answer and goes on with it.
func (r *Runner) resume(ctx context.Context, tx storage.Tx, calling []*turn, answers []actions.Answer) error {
	for i, t := range calling {
		if err := t.attempt(func() error {
			result, err := answers[i](ctx, tx)
			t.record.Results = append(t.record.Results, result)
			return err
		}); err != nil {
			return err
		}
	}
	errs := make([]error, len(calling))
	onAllCores(calling, func(t **turn, i int) {
		errs[i] = (*t).attempt(func() error { return r.resumeOne(*t) })
	})
	return errors.Join(errs...)
}

// attempt does a part of a turn in its group. A turn that fails leaves, and tells
// why when it fails alone.
func (t *turn) attempt(do func() error) error {
	if survive(do) != nil {
		t.alone = true
		return errLeaves
	}
	return nil
}

func (r *Runner) resumeOne(t *turn) error {
	results := t.record.Results
	out, err := t.script.Engine.Resume(t.out, results[len(results)-1], t.record.Input, t.record.Env)
	if err != nil {
		return err
	}
	return r.goOn(t, out)
}
