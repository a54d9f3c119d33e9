package dialogs_test

import "testing"

// A question that may be skipped has a button for it, by which nothing is learnt.
func TestSkippable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flow, test string }{
		{
			"on to the next step, or where go leads",
			`start: { words: [да] }
steps:
  city: { ask: "Город?", expect: text, skippable: "Пропустить", save: city }
  many: { ask: "Что пьёте?", expect: multi, skippable: "Ничего", buttons: { tea: "Чай", coffee: "Кофе" }, save: drinks, go: { answer: mark, skip: bye } }
  mark: { ask: "Оценка?", expect: { type: scale, range: 1..3 }, skippable: "Не знаю", set: { n: answer } }
  bye: { say: ["Пока, {n}.", "Пока."], end: true }`,
			`
    - { user: да, bot: city, buttons: ["Пропустить"] }
    - { user: ПРОПУСТИТЬ!, bot: many, save: {}, buttons: ["Чай", "Кофе", "Готово", "Ничего"] }
    - { user: "чай, ничего", bot: [defaults.retry, many] }
    - { press: Ничего, bot: bye, save: {}, at: "-" }
    - { user: да, bot: city }
    - { user: Орёл, bot: many, save: { city: Орёл } }
    - { user: "чай, кофе", bot: mark, buttons: ["1", "2", "3", "Не знаю"] }
    - { press: Не знаю, bot: bye, text: "Пока." }`,
		},
		{
			"and back to it",
			`start: { words: [да] }
defaults: { back: [назад] }
steps:
  city: { ask: "Город?", expect: text, skippable: "Пропустить", save: city }
  last: { ask: "Всё?", buttons: { yes: "Ок" }, end: true }`,
			`
    - { user: да, bot: city }
    - { press: Пропустить, bot: last }
    - { user: назад, bot: city, save: {} }
    - { user: Орёл, bot: last, save: { city: Орёл } }`,
		},
		{
			"before a call, which is not made then",
			`start: { words: [да] }
steps:
  city: { ask: "Город?", expect: text, skippable: "Пропустить", call: profile.register, go: { done: bye } }
  skipped: { say: "Пропущено.", end: true }
  bye: { say: "Пока.", end: true }`,
			`
    - { user: да, bot: city }
    - { press: Пропустить, bot: skipped }
    - { user: да, bot: city }
    - { user: Орёл, bot: bye }
  stub: { profile.register: done }
  then: { calls: { profile.register: 1 } }`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, tt.flow, tt.test)
		})
	}
}
