package dialogs_test

import (
	"testing"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

const loyalty = `services:
  loyalty:
    get: https://api.example.org/cards/{card}
    send: { card: int }
    outcomes: { gold: { status: 200, field: level, is: gold }, ok: 200, none: 404 }
    take: { points: { type: points, field: card.points } }
`

const asksService = `flow: card
start: { words: [карта] }
listen: [{ words: [стоп], go: bye }, { words: [человек], run: people }]
steps:
  which: { ask: "Номер?", expect: int, set: { card: answer } }
  look:
    say: "Смотрю."
    call: service.loyalty
    with: { card: card }
    go: { gold: rich, ok: poor, none: which, failed: { say: "Не дозвонились.", go: bye } }
  rich: { say: "Золото: {points}.", go: bye }
  poor: { say: "На карте {points}.", go: bye }
  bye: { say: "Пока.", end: true }
`

func TestService(t *testing.T) {
	t.Parallel()
	fsys := small(map[string]string{"services.yaml": loyalty, "flows/card.yaml": asksService, "flows/people.yaml": "flow: people\nsteps:\n  say: { say: Зову., handoff: support }\n", "flows/card.test.yaml": `
- test: исходы и значения
  stub: { service.loyalty: [{ ok: { points: 5.50 } }, { gold: { points: 100 } }, none, failed] }
  script:
    - { user: карта, bot: which }
    - { user: "5", bot: [look, poor, bye], text: "На карте 5,50", at: "-" }
    - { user: карта, bot: which }
    - { user: "5", bot: [look, rich, bye], text: "Золото: 100" }
    - { user: карта, bot: which }
    - { user: "5", bot: [look, which], at: card/which }
    - { user: "6", bot: [look, look.failed, bye], at: "-" }
  then: { calls: { service.loyalty: 4 } }
`})
	v := actions.Vocabulary()
	report, problems := transcript.Play(fsys, load(t, fsys), v)
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}

// served is what a service answers to the visit of a turn.
func served(outcome string, visit int64) dialogs.Input {
	return dialogs.Input{Event: &dialogs.Event{Name: "service.loyalty", Outcome: outcome, Visit: visit, Args: map[string]expr.Value{"points": expr.PointsOf(700)}}}
}

// An answer goes on with the visit that asked for it, whatever was said
// meanwhile; with a visit that is over it does nothing.
func TestServiceAnswersItsVisit(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"services.yaml": loyalty, "flows/card.yaml": asksService, "flows/people.yaml": "flow: people\nsteps:\n  say: { say: Зову., handoff: support }\n"})))
	for _, tt := range []struct {
		name  string
		after []dialogs.Input
		want  string // the last words; "" for none
	}{
		{"at once", []dialogs.Input{served("ok", 2)}, "На карте 7.\n\nПока."},
		{"after something nobody understands", []dialogs.Input{text("ау"), served("gold", 2)}, "Золото: 7.\n\nПока."},
		{"after a look at the clock", []dialogs.Input{{Timer: true}, served("none", 2)}, "Номер?"},
		{"while people have the talk", []dialogs.Input{text("человек"), served("gold", 2)}, ""},
		{"and when the bot has it again", []dialogs.Input{text("человек"), served("gold", 2), text("хватит")}, "Золото: 7.\n\nПока."},
		{"of another visit", []dialogs.Input{served("ok", 1)}, ""},
		{"twice", []dialogs.Input{served("ok", 2), served("ok", 2)}, ""},
		{"after the shopper left", []dialogs.Input{text("стоп"), served("ok", 2)}, ""},
		{"after the shopper came again", []dialogs.Input{text("карта"), served("ok", 2)}, ""},
		{"by a contract of later", []dialogs.Input{served("silver", 2)}, "Не дозвонились.\n\nПока."},
	} {
		s, turn := dialogs.Session{}, int64(0)
		last := ""
		for _, in := range append([]dialogs.Input{text("карта"), text("5")}, tt.after...) {
			turn++
			out, err := e.Turn(s, in, env(turn))
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			s, last = out.Session, ""
			for _, effect := range out.Effects {
				if say, ok := effect.(dialogs.Say); ok {
					last = say.Message.Text
				}
			}
		}
		if last != tt.want {
			t.Errorf("%s: said %q, want %q", tt.name, last, tt.want)
		}
	}
}

// The request travels with the turn that asks, and the talk waits.
func TestServiceRequest(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"services.yaml": loyalty, "flows/card.yaml": asksService, "flows/people.yaml": "flow: people\nsteps:\n  say: { say: Зову., handoff: support }\n"})))
	out, err := e.Turn(dialogs.Session{}, text("карта"), env(1))
	if err == nil {
		out, err = e.Turn(out.Session, text("5"), env(2))
	}
	if err != nil || out.Call != nil || out.Session.Step != "look" || out.Session.Asked != 2 {
		t.Fatalf("at %+v, call %v, %v", out.Session, out.Call, err)
	}
	r, ok := out.Effects[len(out.Effects)-1].(dialogs.Request)
	if n, _ := r.Args["card"].Int(); !ok || r.Call != "service.loyalty" || n != 5 {
		t.Errorf("effects %+v", out.Effects)
	}
}
