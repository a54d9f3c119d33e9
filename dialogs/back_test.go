package dialogs_test

import (
	"strings"
	"testing"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

// What going back promises, as conversations.
func TestBack(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flow, test string }{
		{
			"the question before is asked again, and its answer and what depends on it are forgotten",
			`start: { words: [да] }
defaults: { back: [назад, исправить, /back] }
steps:
  city: { say: "Начнём.", ask: "Город?", expect: text, save: city }
  drinks:
    skip: profile.drinks
    ask: [{ when: "profile.city == \"Казань\"", text: "Чак-чак и?" }, { text: "Что пьёте?" }]
    expect: multi
    buttons: { tea: "Чай", coffee: "Кофе" }
    save: drinks
  last: { ask: "Всё?", buttons: { yes: "Ок" }, go: bye }
  bye: { say: "{profile.city}, пока.", end: true }`,
			`
    - { user: да, bot: [city.say, city.ask] }
    - { user: НАЗАД!, bot: [defaults.back, city], text: ["Отсюда назад не вернуться.", "Город?"] }
    - { user: Казань, bot: drinks, text: "Чак-чак", save: { city: Казань } }
    - { user: "чай, кофе", bot: last, save: { drinks: [tea, coffee] } }
    - { user: назад, bot: drinks, save: { drinks: "" }, at: x/drinks }
    - { user: "чай, кофе", bot: last }
    - { user: yfpfl, bot: drinks, save: { drinks: "" } }
    - { user: исправить, bot: city, save: { city: "" } }
    - { user: назад, bot: [defaults.back, city], save: {} }
    - { user: Орёл, bot: drinks, text: "Что пьёте" }
    - { user: "чай, кофе", bot: last }
    - { user: /back, bot: drinks }
    - { user: "чай, кофе", bot: last }
    - { facts: { profile.city: Орёл }, user: назад, bot: drinks }
    - { user: назад, bot: city, save: { city: "" } }`,
		},
		{
			"an answer on one way only does not outlive the choice of the way, and another does",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  where: { ask: "Где?", buttons: { home: "Дома", out: "В кафе" }, go: { home: drinks, out: city } }
  drinks: { ask: "Что?", expect: { type: multi }, buttons: { tea: "Чай", coffee: "Кофе" }, save: drinks }
  city: { skip: profile.city, ask: "Город?", expect: text, save: city }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }`,
			`
    - { user: да, bot: where }
    - { user: дома, bot: drinks }
    - { user: "1, 2", bot: city }
    - { user: Орёл, bot: last }
    - { user: назад, bot: city, save: { city: "" } }
    - { user: Орёл, bot: last }
    - { facts: { profile.city: Орёл }, user: назад, bot: city, save: { city: "" } }
    - { user: назад, bot: drinks, save: { drinks: "" } }
    - { user: "1, 2", bot: city }
    - { facts: { profile.city: Орёл }, user: дома, bot: last }
    - { user: назад, bot: city, save: { city: "" } }
    - { user: назад, bot: drinks }
    - { user: "1, 2" }
    - { user: назад }
    - { user: назад, bot: where, save: {} }`,
		},
		{
			"variables are what they were when the question was asked",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  none: { set: { score: 1, last: "\"нет\"" } }
  a: { ask: "Раз?", buttons: { right: "Да", wrong: "Нет" }, go: { right: plus, wrong: b } }
  plus: { set: { score: score + 1, last: "\"да\"" } }
  b: { ask: "Два? {score} {last}", buttons: { right: "Да", wrong: "Нет" }, go: { right: more, wrong: fine } }
  more: { set: { score: score + 10 } }
  fine: { ask: "Счёт {score}, {last}", buttons: { ok: "Ок" }, end: true }`,
			`
    - { user: да, bot: a }
    - { press: Да, bot: b, text: "2 да" }
    - { press: Да, bot: fine, text: "12, да" }
    - { user: назад, bot: b, text: "2 да" }
    - { press: Нет, bot: fine, text: "2, да" }
    - { user: назад, bot: b }
    - { user: назад, bot: a }
    - { press: Нет, bot: b, text: "1 нет" }
    - { press: Да, bot: fine, text: "11, нет" }`,
		},
		{
			"there is no way back over a consent or a call that writes, and there is over one that reads",
			`start: { words: [go] }
defaults: { back: [назад] }
steps:
  agree: { ask: "Согласны? {link.consent}", consent: personal_data, buttons: { agree: "Да", refuse: "Нет" }, go: { agree: city, refuse: bye } }
  city: { ask: "Город?", expect: text, set: { city: answer } }
  why: { call: receipt.why, with: { receipt: 1 }, go: { ok: street, none: street } }
  street: { ask: "Улица?", expect: text, set: { street: answer } }
  join: { call: profile.register, go: { done: last } }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }
  bye: { say: "Жаль.", end: true }`,
			`
    - { user: go, bot: agree }
    - { press: Да, bot: city, save: { consent.personal_data: "true" } }
    - { user: назад, bot: [defaults.back, city], save: {}, at: x/city }
    - { user: Орёл, bot: street }
    - { user: назад, bot: city }
    - { user: Орёл, bot: street }
    - { user: Мира, bot: last }
    - { user: назад, bot: [defaults.back, last] }
    - { press: Ок, bot: [], at: "-" }`,
		},
		{
			"an exact answer wins over the word, a step may have others or none, and so may a wait",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  way: { ask: "Куда?", buttons: { on: "Вперёд", back: "Назад" }, go: { on: own, back: bye } }
  own: { back: [обратно], ask: "Слово?", expect: text, set: { word: answer } }
  none: { back: [], ask: "Ещё?", expect: text, set: { word: answer } }
  wait: { say: "Жду.", wait: { event: receipt.delayed, for: 1d } }
  bye: { say: "Пока, {word}.", end: true }`,
			`
    - { user: да, bot: way }
    - { user: назад, bot: bye, at: "-" }
    - { user: назад, bot: lost/say }
    - { user: да, bot: way }
    - { user: вперед, bot: own }
    - { user: обратно, bot: way }
    - { user: вперед, bot: own }
    - { user: назад, bot: none }
    - { user: назад, bot: wait }
    - { user: обратно, bot: lost/say }
    - { user: назад, bot: none }
    - { user: назад, bot: wait }
    - { later: 1d, bot: bye, text: "назад" }`,
		},
		{
			"an interruption goes back to the question that it interrupted, which then goes on back",
			`start: { words: [да] }
defaults: { back: [назад] }
listen:
  - { words: [кто], run: who }
steps:
  city: { ask: "Город?", expect: text, set: { city: answer } }
  street: { ask: "Улица?", expect: text, set: { street: answer } }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }`,
			`
    - { user: да, bot: city }
    - { user: Орёл, bot: street }
    - { user: кто, bot: who/ask }
    - { user: назад, bot: [who/thanks, street] }
    - { user: кто, bot: who/ask }
    - { user: Казань, bot: [who/thanks, street] }
    - { user: назад, bot: city, at: x/city }`,
		},
		{
			"a question that is passed by now is passed by on the way back too",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  first: { ask: "Раз?", buttons: { ok: "Ок" } , go: city }
  city: { skip: receipts > 0, ask: "Город?", expect: text, save: city }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }`,
			`
    - { facts: { receipts: 0 }, user: да, bot: first }
    - { press: Ок, bot: city }
    - { user: Орёл, bot: last }
    - { facts: { receipts: 1 }, user: назад, bot: first, save: { city: "" } }`,
		},
		{
			"people settle what is before them",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  city: { ask: "Город?", expect: text, set: { city: answer } }
  people: { say: "Зову.", handoff: support, go: last }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }`,
			`
    - { user: да, bot: city }
    - { user: Орёл, bot: people }
    - { user: назад, bot: [] }
    - { user: хватит, bot: last }
    - { user: назад, bot: [defaults.back, last] }`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, tt.flow, tt.test+"\n  stub: { profile.register: done, receipt.why: { ok: { why: Так } } }")
		})
	}
}

// What a flow asks that this one runs goes with the answer that it stands on, and
// so does what yet another one has asked; the way back leads into neither, and out
// of the one that is run.
func TestBackThroughRun(t *testing.T) {
	t.Parallel()
	fsys := small(map[string]string{
		"flows/x.yaml":   "flow: x\nstart: { words: [да] }\ndefaults: { back: [назад] }\nsteps:\n  city: { ask: \"Город?\", expect: text, save: city }\n  tea: { run: tea }\n  last: { ask: \"Всё?\", buttons: { yes: Ок }, end: true }\n",
		"flows/tea.yaml": "flow: tea\ndefaults: { back: [назад] }\nsteps:\n  drinks: { skip: \"profile.city == \\\"Казань\\\"\", ask: \"Что пьёте?\", expect: multi, buttons: { tea: Чай, coffee: Кофе }, save: drinks, end: true }\n",
		"flows/x.test.yaml": `- test: x
  script:
    - { user: да, bot: city }
    - { user: Орёл, bot: tea/drinks }
    - { user: "чай, кофе", bot: last, save: { drinks: [tea, coffee] } }
    - { user: назад, bot: city, save: { city: "", drinks: "" } }
    - { user: Орёл, bot: tea/drinks }
    - { user: назад, bot: x/city, save: { city: "" } }
    - { user: Казань, bot: x/last }
    - { user: назад, bot: city }
`,
	})
	report, problems := transcript.Play(fsys, load(t, fsys), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}

// The way back is short, and what it keeps of variables has room among them: a
// session does not grow with the flow.
func TestWayBackIsBounded(t *testing.T) {
	t.Parallel()
	folder := long()
	folder["programme.yaml"].Data = []byte(strings.Replace(string(folder["programme.yaml"].Data), "defaults: {", "defaults: { back: [назад], ", 1))
	e := dialogs.New(load(t, folder))
	for said, want := range map[string]string{"слово": "q22", strings.Repeat("слово ", 12): "q27"} {
		w := waiter{t: t, e: e}
		for range 30 {
			w.turn(said, text(said))
		}
		if at := w.s.Step; at != "q29" || len(w.s.Trail) > dialogs.MaxTrail+1 {
			t.Fatalf("it stands at %s, and goes back to %d questions", at, len(w.s.Trail))
		}
		for range 20 {
			w.turn(said, text("назад"))
		}
		if last := w.s.Vars["last"]; w.s.Step != want || !last.Equal(expr.TextOf(strings.TrimSpace(said))) {
			t.Errorf("it went back to %s with %v", w.s.Step, w.s.Vars)
		}
	}
}
