package dialogs_test

import (
	"slices"
	"testing"

	"besedka/dialogs"
)

// A turn tells its decisions in their order when asked, and else keeps none.
func TestNotes(t *testing.T) {
	t.Parallel()
	q := shipped(t)
	if out := q.turn(t); out.Notes != nil {
		t.Errorf("nobody asked, and there are notes: %v", out.Notes)
	}
	q.env.Explain = true
	for answer, want := range map[string][]dialogs.NoteKind{
		"12.05.1990": {dialogs.HeardAnswer, dialogs.Left, dialogs.Entered, dialogs.Said},
		"31.02.1990": {dialogs.Refused, dialogs.Said},
		"правила":    {dialogs.HeardWord, dialogs.Entered, dialogs.Said, dialogs.Left, dialogs.Said},
		"/nosuch":    {dialogs.HeardLost, dialogs.Skipped, dialogs.Entered, dialogs.Said, dialogs.Left, dialogs.Skipped, dialogs.Entered, dialogs.Left, dialogs.Said},
	} {
		q.answer = text(answer)
		var got []dialogs.NoteKind
		for _, n := range q.turn(t).Notes {
			got = append(got, n.Kind)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", answer, got, want)
		}
	}
}

// A flow can be begun from any of its steps.
func TestBegin(t *testing.T) {
	t.Parallel()
	q := shipped(t)
	out, err := q.engine.Begin(dialogs.Session{}, "onboarding", "city", q.env)
	if err != nil || out.Session.Step != "city" || len(out.Effects) == 0 {
		t.Errorf("at %s, %d effects, %v", out.Session.Step, len(out.Effects), err)
	}
}
