package dialogs_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/flows/programme"
)

// TestInterruptionsOfEveryQuestion of the shipped programme: help and the balance
// are told and the question asked again; people take the conversation, and when
// they give it back the question is asked again. None of it is taken for an answer.
func TestInterruptionsOfEveryQuestion(t *testing.T) {
	t.Parallel()
	p := load(t, programme.Files)
	e := dialogs.New(p)
	facts := dialogs.Facts{
		"registered": expr.BoolOf(false), "balance": expr.PointsOf(0), "receipts": expr.CountOf(0), "checking": expr.CountOf(0), "joined": expr.CountOf(0),
		"channel": expr.TextOf("telegram"), "profile.name": expr.TextOf("Анна"), "link.consent": expr.TextOf("https://polyanka.example/consent"), "vouched": expr.TextOf("+79•••••4567"),
	}
	asked := 0
	for _, id := range keys(p.Flows) {
		for _, s := range p.Flows[id].Steps {
			if !s.Asks() || s.ID == "name" {
				continue // the name is known: it is called by it
			}
			vars := map[string]expr.Value{"channel": expr.TextOf("webchat"), "code": expr.TextOf("x"), "often": expr.TextOf("daily")}
			if s.ID == "why_not" {
				vars["often"] = expr.TextOf("never")
			}
			asked++
			for _, said := range []string{"/help", "баланс", "БАЛАНС!", "оператор"} {
				w := &waiter{t: t, e: e, facts: facts, s: dialogs.Session{Flow: id, Step: s.ID, Asked: 3, Vars: vars}}
				w.turn(said, text(said))
				if said == "оператор" {
					if w.s.Held == 0 {
						t.Errorf("%s/%s: %q does not call people", id, s.ID, said)
					}
					w.turn(said, text("7"))
					if w.heard != 0 {
						t.Errorf("%s/%s: the bot talks over people", id, s.ID)
					}
					w.turn(said, dialogs.Input{Event: &dialogs.Event{Name: dialogs.GivenBack}})
				}
				if w.s.Flow != id || w.s.Step != s.ID || w.s.Asked != 3 || w.heard == 0 || w.learnt != 0 {
					t.Errorf("%s/%s: after %q it waits at %s/%s as of turn %d, having said %d and learnt %d things", id, s.ID, said, w.s.Flow, w.s.Step, w.s.Asked, w.heard, w.learnt)
				}
			}
		}
	}
	if asked < 5 {
		t.Errorf("only %d questions are asked", asked)
	}
}

// waiter is a conversation that waits for an answer.
type waiter struct {
	t     *testing.T
	e     *dialogs.Engine
	facts dialogs.Facts
	s     dialogs.Session
	turns int64

	heard, learnt int
}

func (w *waiter) turn(what string, in dialogs.Input) {
	w.t.Helper()
	w.turns++
	env := env(100 + w.turns)
	env.Facts = w.facts.Look
	out, err := w.e.Turn(w.s, in, env)
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	w.s, w.heard = out.Session, 0
	for _, effect := range out.Effects {
		switch effect.(type) {
		case dialogs.Say:
			w.heard++
		case dialogs.Save, dialogs.Respond, dialogs.Agree:
			w.learnt++
		}
	}
}

// What follows a handoff goes on when the bot is asked back, under the question
// that was interrupted, whose time stood still.
func TestHandoffGoesOn(t *testing.T) {
	t.Parallel()
	converse(t, `start: { words: [раз] }
defaults: { remind: [ { after: 2h, say: "Вы здесь?" } ] }
listen:
  - { words: [помогите], go: sos }
  - { words: [имя], run: who }
steps:
  ask: { ask: "Город?", expect: { type: text, max: 9 }, retry: ["Короче."] }
  end: { end: true }
  sos: { say: "Зову.", handoff: support, go: rate }
  rate: { ask: "Помогли?", buttons: { yes: "Да", no: "Нет" }, go: thanks }
  thanks: { say: "Спасибо.", end: true }`, `
    - { user: раз, bot: ask }
    - { later: 1h, bot: [] }
    - { user: имя, bot: who/ask }
    - { user: Тула, bot: [who/thanks, x/ask] }
    - { user: помогите, bot: sos, at: x/sos }
    - { later: 9d, bot: [] }
    - { user: "Хватит!", bot: rate, at: x/rate }
    - { user: "да", bot: thanks, at: "-" }`)
}

// A wait for a time, and buttons of the question, outlive a handoff.
func TestHandoffStopsTheClock(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, programme.Files))
	due := now.Unix() + 600
	s := dialogs.Session{Held: now.Unix() - 1000, Flow: "people", Step: "say", Stack: []dialogs.Frame{{Flow: "onboarding", Step: "city", Asked: 5, Since: due, Due: due}}}
	w := &waiter{t: t, e: e, facts: dialogs.Facts{}, s: s}
	w.turn("a timer", dialogs.Input{Timer: true})
	w.turn("a tap", dialogs.Input{Chat: &chat.Inbound{Tap: "t5.none"}})
	if w.heard != 0 || w.s.Held == 0 {
		t.Fatalf("people have it and the bot says %d things", w.heard)
	}
	w.turn("/bot", text("/bot"))
	if w.s.Held != 0 || w.s.Step != "city" || w.s.Asked != 5 {
		t.Errorf("it waits at %s/%s as of turn %d", w.s.Flow, w.s.Step, w.s.Asked)
	}
	if slices.ContainsFunc(w.s.Stack, func(dialogs.Frame) bool { return true }) || w.s.Due != due+1000 {
		t.Errorf("it waits until %d, want %d", w.s.Due, due+1000)
	}
}

// TestEventDuringAHandoff is not lost on the flow that waits for it: it goes on
// when the bot is back. A photo whose caption is a word for the bot is a receipt.
func TestEventDuringAHandoff(t *testing.T) {
	t.Parallel()
	const credited = `{ event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: [] }`
	converse(t, `start: { words: [да] }
listen:
  - { words: [помогите], run: sos }
steps:
  wait: { wait: { event: receipt.credited, for: 1d }, go: { event: came, time: late } }
  came: { say: "Пришло {points}.", end: true }
  late: { say: "Не дождалась.", end: true }`, `
    - { user: да, bot: [], at: x/wait }
    - { user: помогите, bot: sos/say }
    - `+credited+`
    - { later: 3d, bot: [] }
    - { user: хватит, bot: x/came, text: "2,50", at: "-" }
    - { user: да, bot: [], at: x/wait }
    - { user: помогите, bot: sos/say }
    - { later: 3d, bot: [] }
    - { user: хватит, bot: [], at: x/wait }
    - { later: 23h, bot: [], at: x/wait }
    - { later: 1h, bot: x/late, at: "-" }`)
}

// TestHandoffOnAFullStack lets an old question go rather than refuse people.
func TestHandoffOnAFullStack(t *testing.T) {
	t.Parallel()
	p := load(t, small(map[string]string{"flows/x.yaml": "flow: x\nstart: { words: [люди] }\nsteps:\n  sos: { say: Зову., handoff: support, go: rate }\n  rate: { ask: \"Помогли?\", expect: text, end: true }\n", "flows/who.yaml": who}))
	s := dialogs.Session{Flow: "x", Step: "rate", Asked: 9}
	for range dialogs.MaxStack {
		s.Stack = append(s.Stack, dialogs.Frame{Flow: "who", Step: "ask", Asked: 2})
	}
	e := dialogs.New(p)
	out, err := e.Turn(s, text("люди"), env(10))
	if err != nil || out.Session.Held == 0 {
		t.Fatalf("people were not called: %v, %+v", err, out.Session)
	}
	if out, err = e.Turn(out.Session, text("хватит"), env(11)); err != nil || out.Session.Step != "rate" {
		t.Errorf("%v, it waits at %q", err, out.Session.Step)
	}
}

// TestPeopleWhoAreAway: who calls people outside their hours is told when they answer, in
// their own language, and is theirs all the same.
func TestPeopleWhoAreAway(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, programme.Files))
	for clock, want := range map[string]string{
		"2026-12-01T12:00:00+03:00": "", "2026-12-01T22:00:00+03:00": "2 December 2026 from 8:00", "2027-01-01T12:00:00+03:00": "3 January 2027 from 9:00",
	} {
		at, err := time.Parse(time.RFC3339, clock)
		if err != nil {
			t.Fatal(err)
		}
		env := env(7)
		env.Now, env.Lang, env.Facts = at, "en", dialogs.Facts{"registered": expr.BoolOf(true)}.Look
		out, err := e.Turn(dialogs.Session{}, text("operator"), env)
		if err != nil || out.Session.Held == 0 {
			t.Fatalf("at %s: %v, %+v", clock, err, out.Session)
		}
		said := ""
		for _, effect := range out.Effects {
			if say, ok := effect.(dialogs.Say); ok {
				said += say.Message.Text
			}
		}
		if away := strings.Contains(said, "resting"); away != (want != "") || !strings.Contains(said, want) {
			t.Errorf("at %s it says %q, want %q in it", clock, said, want)
		}
	}
}
