package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"besedka/core/expr"
	"besedka/core/seal"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Verdict is how a turn that was would go in a draft of the scripts.
type Verdict string

// How it may go.
const (
	Alike    Verdict = "alike"
	Reworded Verdict = "reworded" // the same texts, which say it in other words
	Parts    Verdict = "parts"    // says, saves or asks something else
	Stays    Verdict = "stays"    // it would be played in its own release: the question changed or is gone
	Untold   Verdict = "untold"   // asks for what the record does not hold
	Fails    Verdict = "fails"
)

// Rehearsed is one turn played on a draft.
type Rehearsed struct {
	Conversation int64
	Number       int64
	StepIn       string
	Verdict      Verdict
}

// Draft plays recorded turns on scripts that are not published. Texts are opened in
// memory and go nowhere.
type Draft struct {
	DB       *storage.DB
	Keys     *seal.Keyring
	Releases *Releases
	Engine   *dialogs.Engine

	was map[string]*Script // releases of the turns, nil for what cannot be read
}

type recentRow struct {
	recordedRow
	Conversation int64     `db:"conversation_id"`
	Number       int64     `db:"turn_no"`
	Inbox        int64     `db:"inbox_id"`
	StepIn       string    `db:"step_in"`
	At           time.Time `db:"at"`
}

const draftChunk = 500

// Each plays up to limit turns, the newest first, none older than since, and tells
// of each.
func (d *Draft) Each(ctx context.Context, since time.Time, limit int, tell func(Rehearsed) error) error {
	for before := int64(0); limit > 0; {
		rows, err := storage.Collect[recentRow](ctx, d.DB, qRecentTurns, before, min(limit, draftChunk))
		if err != nil {
			return fmt.Errorf("recent turns: %w", err)
		}
		for _, row := range rows {
			if row.At.Before(since) {
				return nil
			}
			verdict, err := d.play(ctx, row)
			if err != nil {
				return fmt.Errorf("turn %d of conversation %d: %w", row.Number, row.Conversation, err)
			}
			if err := tell(Rehearsed{row.Conversation, row.Number, row.StepIn, verdict}); err != nil {
				return err
			}
			before = row.Inbox
		}
		if limit -= len(rows); len(rows) == 0 {
			return nil
		}
	}
	return nil
}

func (d *Draft) play(ctx context.Context, row recentRow) (Verdict, error) {
	key, err := d.Keys.Unwrap(row.WrappedKey)
	if err != nil {
		return "", err
	}
	var rec Record
	if err := key.OpenJSON("turn", row.Sealed, &rec); err != nil {
		return "", err
	}
	was, err := d.script(ctx, row.Release)
	if err != nil || was == nil {
		return Untold, err
	}
	return rehearse(was.Engine, d.Engine, rec), nil
}

func (d *Draft) script(ctx context.Context, id string) (*Script, error) {
	if have, known := d.was[id]; known {
		return have, nil
	}
	script, err := d.Releases.Script(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.was == nil {
		d.was = map[string]*Script{}
	}
	d.was[id] = script
	return script, nil
}

// rehearse plays a record as it was and on a draft.
func rehearse(was, draft *dialogs.Engine, rec Record) Verdict {
	old := take(was, rec, rec.Session, nil)
	if old.err != nil {
		return Untold // a record of before today's engine
	}
	session, ok := rec.Session, true
	if session.Step != "" || len(session.Stack) > 0 {
		session, ok = dialogs.Move(session, was, draft)
	}
	if !ok {
		return Stays
	}
	changed := take(draft, rec, session, old.calls)
	switch {
	case errors.Is(changed.err, errUntold):
		return Untold
	case changed.asksBeyond(old, rec.Facts):
		return Untold
	case changed.err != nil:
		return Fails
	}
	return compare(old.out, changed.out, func(name string) string { return renamed(draft.Programme(), name) })
}

// renamed is the name that a step, or a text of it, has in another programme: what
// was only renamed is no difference.
func renamed(p *flows.Programme, name string) string {
	at, slot, _ := strings.Cut(name, ".")
	flow, step, _ := strings.Cut(at, "/")
	if flow, step, ok := p.Lands(flow, step); ok {
		return strings.TrimSuffix(flow+"/"+step+"."+slot, ".")
	}
	return name
}

var errUntold = errors.New("the record does not answer this call")

// taken is a record played on an engine.
type taken struct {
	out   dialogs.Outcome
	read  map[string]bool // facts that were asked for
	calls []string        // names, in the order of the results
	err   error
}

// asksBeyond says whether a fact was read that the other run did not read and that
// the record does not hold: what it was nobody knows.
func (t taken) asksBeyond(old taken, facts dialogs.Facts) bool {
	for name := range t.read {
		if _, told := facts[name]; !told && !old.read[name] {
			return true
		}
	}
	return false
}

// take plays a record from a session on. Calls are answered by the results in their
// order; when it is told whose they are, by those of the same name.
func take(e *dialogs.Engine, rec Record, s dialogs.Session, names []string) (t taken) {
	t.read = map[string]bool{}
	rec.Env.Facts = func(name string) (expr.Value, bool) {
		t.read[name] = true
		return rec.Facts.Look(name)
	}
	left := answers{slices.Clone(rec.Results), slices.Clone(names)}
	t.out, t.err = e.Turn(s, rec.Input, rec.Env)
	for t.err == nil && t.out.Call != nil {
		name := t.out.Call.Name
		result, ok := left.take(name)
		if !ok {
			t.err = errUntold
			return t
		}
		t.calls = append(t.calls, name)
		t.out, t.err = e.Resume(t.out, result, rec.Input, rec.Env)
	}
	return t
}

// answers are results of calls that are not used up.
type answers struct {
	results []dialogs.CallResult
	names   []string // of their calls; nil when nobody knows
}

func (a *answers) take(name string) (dialogs.CallResult, bool) {
	i := 0
	if a.names != nil {
		i = slices.Index(a.names, name)
	}
	if i < 0 || i >= len(a.results) {
		return dialogs.CallResult{}, false
	}
	result := a.results[i]
	a.results = slices.Delete(a.results, i, i+1)
	if a.names != nil {
		a.names = slices.Delete(a.names, i, i+1)
	}
	return result, true
}

// compare tells how two outcomes differ: where they come to and what they keep,
// then what they say.
func compare(old, changed dialogs.Outcome, now func(name string) string) Verdict {
	before, after := told(old, now), told(changed, now)
	switch {
	case now(place(old.Session)) != place(changed.Session) || !slices.Equal(before.slots, after.slots) || !maps.Equal(before.kept, after.kept):
		return Parts
	case !slices.Equal(before.texts, after.texts):
		return Reworded
	}
	return Alike
}

// telling is what an outcome says and keeps.
type telling struct {
	slots, texts []string
	kept         map[string]string
}

func told(o dialogs.Outcome, now func(name string) string) telling {
	t := telling{kept: map[string]string{}}
	for _, e := range o.Effects {
		switch e := e.(type) {
		case dialogs.Say:
			for slot := range strings.FieldsSeq(e.Slot) {
				t.slots = append(t.slots, now(slot))
			}
			t.texts = append(t.texts, e.Message.Text)
			for _, b := range e.Message.Buttons {
				t.texts = append(t.texts, b.Title)
			}
		case dialogs.Save:
			t.kept["answer "+e.Field] = e.Value.String()
		case dialogs.Respond:
			t.kept["survey "+e.Survey+"/"+e.Question] = e.Value.String()
		case dialogs.Agree:
			t.kept["consent "+e.Kind] = fmt.Sprint(e.Granted)
		case dialogs.HandOff:
			t.kept["people"] = e.Queue
		}
	}
	return t
}
