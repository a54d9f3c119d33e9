package dialogs_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/flows/programme"
)

// TestTargets: a conversation is given back to a question of the flow it stands in, whatever
// was answered; nobody is led round a consent, nor to words with holes in them.
func TestTargets(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, programme.Files))
	s := dialogs.Session{Held: now.Unix() - 1000, Flow: "people", Step: "say", Stack: []dialogs.Frame{{Flow: "onboarding", Step: "children", Asked: 5}}}
	facts := dialogs.Facts{"consent.personal_data": expr.BoolOf(true), "profile.city": expr.TextOf("Тула"), "link.consent": expr.TextOf("https://polyanka.example/consent")}
	got := map[string]dialogs.Target{}
	for _, g := range e.Targets(s, facts.Look) {
		got[g.Step] = g
	}
	if !got["city"].Legal() || !got["consent"].Legal() || fmt.Sprint(got["birthday"].Unset) != "[profile.name]" {
		t.Errorf("targets: %+v", got)
	}
	for _, g := range e.Targets(s, dialogs.Facts{}.Look) {
		if (g.Step == "consent") != (g.Consent == "") {
			t.Errorf("without a consent: %+v", g)
		}
	}
	w := &waiter{t: t, e: e, facts: facts, s: s}
	w.turn("given back", dialogs.Input{Event: &dialogs.Event{Name: dialogs.GivenBack, Args: map[string]expr.Value{dialogs.StepArg: expr.TextOf("onboarding/city")}}})
	if w.s.Held != 0 || w.s.Flow != "onboarding" || w.s.Step != "city" || w.heard != 1 || len(w.s.Stack) != 0 {
		t.Errorf("it waits at %s/%s, having said %d", w.s.Flow, w.s.Step, w.heard)
	}
}

// TestGivenBackAnywhere: whatever step is named, the bot asks it when that is legal, and
// does what it would with none named when it is not.
func TestGivenBackAnywhere(t *testing.T) {
	t.Parallel()
	p := load(t, programme.Files)
	e := dialogs.New(p)
	var questions [][2]string
	for _, id := range keys(p.Flows) {
		for _, s := range p.Flows[id].Steps {
			if s.Asks() {
				questions = append(questions, [2]string{id, s.ID})
			}
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		at, to := rapid.SampledFrom(questions).Draw(r, "at"), rapid.SampledFrom(questions).Draw(r, "to")
		facts := dialogs.Facts{}
		for _, name := range []string{"consent.personal_data", "consent.advertising", "consent.rules"} {
			facts[name] = expr.BoolOf(rapid.Bool().Draw(r, name))
		}
		s := dialogs.Session{Held: now.Add(-time.Hour).Unix(), Stack: []dialogs.Frame{{Flow: at[0], Step: at[1], Asked: 5}}}
		legal := false
		for _, g := range e.Targets(s, facts.Look) {
			legal = legal || g.Legal() && g.Flow == to[0] && g.Step == to[1]
		}
		back := func(args map[string]expr.Value) [2]string {
			w := &waiter{t: t, e: e, facts: facts, s: s}
			w.turn("given back", dialogs.Input{Event: &dialogs.Event{Name: dialogs.GivenBack, Args: args}})
			return [2]string{w.s.Flow, w.s.Step}
		}
		want := back(nil)
		if legal {
			want = to
		}
		if got := back(map[string]expr.Value{dialogs.StepArg: expr.TextOf(to[0] + "/" + to[1])}); got != want {
			r.Fatalf("from %v to %v, legal %v: it waits at %v, not %v", at, to, legal, got, want)
		}
	})
}
