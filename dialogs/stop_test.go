package dialogs_test

import (
	"slices"
	"testing"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/flows/programme"
)

// TestRefusalIsHeardAtEveryQuestion of the shipped programme, in every word for it: it is
// answered once and the question stays; while people have the conversation it is done
// and nothing is said.
func TestRefusalIsHeardAtEveryQuestion(t *testing.T) {
	t.Parallel()
	p := load(t, programme.Files)
	e := dialogs.New(p)
	facts := dialogs.Facts{
		"registered": expr.BoolOf(false), "checking": expr.CountOf(0), "channel": expr.TextOf("telegram"), "profile.name": expr.TextOf("Анна"),
		"link.consent": expr.TextOf("https://polyanka.example/consent"), "vouched": expr.TextOf("+79•••••4567"),
	}
	asked := 0
	for _, id := range keys(p.Flows) {
		for _, s := range p.Flows[id].Steps {
			if !s.Asks() || s.ID == "name" {
				continue
			}
			asked++
			for _, word := range append(flows.StopWords, "СТОП!", "Не напоминайте.", "не пишите мне\nстоп", "Стоп\nдостали уже") {
				w := refuser{waiter{t: t, e: e, facts: facts}}
				vars := map[string]expr.Value{"channel": expr.TextOf("webchat"), "code": expr.TextOf("x"), "often": expr.TextOf("daily")}
				if s.ID == "why_not" {
					vars["often"] = expr.TextOf("never")
				}
				before := dialogs.Session{Flow: id, Step: s.ID, Asked: 3, Vars: vars}
				if out := w.refuse(before, word); out.Session.Flow != id || out.Session.Step != s.ID || says(out) == 0 {
					t.Errorf("%s/%s: after %q it waits at %s/%s, having said %d things", id, s.ID, word, out.Session.Flow, out.Session.Step, says(out))
				}
				deep := before
				deep.Stack = slices.Repeat([]dialogs.Frame{{Flow: "settings", Step: "choose", Asked: 1}}, dialogs.MaxStack)
				if out := w.refuse(deep, word); out.Session.Flow != id || out.Session.Step != s.ID {
					t.Errorf("%s/%s: after %q over many questions it waits at %s/%s", id, s.ID, word, out.Session.Flow, out.Session.Step)
				}
				before.Held = 7
				if out := w.refuse(before, word); out.Session.Held != 7 || says(out) != 0 {
					t.Errorf("%s/%s: %q while people have the conversation: held since %d, %d things said", id, s.ID, word, out.Session.Held, says(out))
				}
			}
		}
	}
	if asked < 5 {
		t.Errorf("only %d questions are asked", asked)
	}
}

type refuser struct{ waiter }

// refuse says a word and lets the call it comes to succeed.
func (w *refuser) refuse(s dialogs.Session, word string) dialogs.Outcome {
	w.t.Helper()
	in, env := text(word), env(100)
	env.Facts = w.facts.Look
	out, err := w.e.Turn(s, in, env)
	if err != nil || out.Call == nil || out.Call.Name != "profile.unsubscribe" {
		w.t.Fatalf("%s/%s: %q calls %+v, %v", s.Flow, s.Step, word, out.Call, err)
	}
	if out, err = w.e.Resume(out, dialogs.CallResult{Outcome: "done"}, in, env); err != nil {
		w.t.Fatalf("%s/%s: %q: %v", s.Flow, s.Step, word, err)
	}
	return out
}

func says(out dialogs.Outcome) (n int) {
	for _, e := range out.Effects {
		if _, ok := e.(dialogs.Say); ok {
			n++
		}
	}
	return n
}

// An option of the question that waits wins over the word; a flow that listens for it,
// and a list that has something like it, do not.
func TestOptionWinsOverRefusal(t *testing.T) {
	t.Parallel()
	fsys := small(map[string]string{
		"flows/bye.yaml": "flow: bye\nsteps:\n  say: { say: Молчу., end: true }\n",
		"flows/x.yaml": "flow: x\nlisten: [{ words: [стоп], go: own }]\nsteps:\n" +
			"  light: { ask: \"Какой свет?\", buttons: { go: Иди, stop: Стоп }, go: { go: free, stop: own } }\n" +
			"  free: { ask: \"Город?\", expect: text, go: own }\n" +
			"  own: { say: Ясно., end: true }\n",
	})
	fsys["programme.yaml"].Data = append(fsys["programme.yaml"].Data, "listen: [{ stop: true, words: [тихо], run: bye }]\n"...)
	e := dialogs.New(load(t, fsys))
	for _, tt := range []struct{ step, said, at string }{
		{"light", "стоп", ""},
		{"light", "тихо", "light"},
		{"light", "stop", "light"},
		{"free", "Стоп.", "free"},
	} {
		out, err := e.Turn(dialogs.Session{Flow: "x", Step: tt.step, Asked: 3}, text(tt.said), env(100))
		if err != nil || out.Session.Step != tt.at {
			t.Errorf("%s: after %q it waits at %q, %v, want %q", tt.step, tt.said, out.Session.Step, err, tt.at)
		}
	}
}
