package dialogs_test

import (
	"testing"

	"besedka/dialogs"
)

// Somebody whom the bot does not understand hears the same twice, and then people
// are called; whoever it understands may hear the same as often as they like.
func TestLoops(t *testing.T) {
	t.Parallel()
	const flow = `start: { words: [да] }
listen:
  - { words: [кто], run: quiet }
  - { words: [люди], run: sos }
steps:
  age: { ask: "Лет?", expect: { type: int, range: 1..9 }, set: { n: answer }, retry: ["Числом."], else: { too_big: { say: "Много." } } }
  bye: { say: "Пока.", end: true }`
	tests := []struct{ name, test string }{
		{"the third time people are called, and they give the question back", `
    - { user: да, bot: age }
    - { user: ой, bot: age.retry }
    - { user: ай, bot: age.retry }
    - { user: эй, bot: defaults.people, at: "-" }
    - { user: уй, bot: [] }
    - { user: бот, bot: age, at: x/age }
    - { user: ой, bot: age.retry }
    - { user: "5", bot: bye }`},
		{"an answer to something else ends the count, and so does another text", `
    - { user: да, bot: age }
    - { user: ой, bot: age.retry }
    - { user: ай, bot: age.retry }
    - { user: кто, bot: [quiet/say, age] }
    - { user: кто, bot: [quiet/say, age] }
    - { user: кто, bot: [quiet/say, age] }
    - { user: кто, bot: [quiet/say, age] }
    - { user: ой, bot: age.retry }
    - { user: ай, bot: age.retry }
    - { user: "12", bot: age.too_big }
    - { user: ой, bot: age.retry }
    - { user: ай, bot: age.retry }
    - { user: эй, bot: defaults.people }`},
		{"time ends it", `
    - { user: да, bot: age }
    - { user: ой, bot: age.retry }
    - { later: 5m }
    - { user: ай, bot: age.retry }
    - { later: 5m }
    - { user: эй, bot: age.retry }
    - { user: ой, bot: age.retry }
    - { user: ай, bot: defaults.people }`},
		{"where nothing is asked, the words for whom nobody understands go round too", `
    - { user: ой, bot: lost/say }
    - { user: ай, bot: lost/say }
    - { user: эй, bot: defaults.people }
    - { user: хватит, bot: [] }
    - { user: эй, bot: lost/say }`},
		{"a button of an old menu is no word", `
    - { user: да, bot: age }
    - { user: "3", bot: bye }
    - { user: да, bot: age }
    - { user: ой, bot: age.retry }
    - { user: ой, bot: age.retry }
    - { photo: a.jpg, bot: defaults.people }`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, flow, tt.test)
		})
	}
}

// Where nobody would take the conversation, the bot keeps it.
func TestLoopsWithoutPeople(t *testing.T) {
	t.Parallel()
	w := waiter{t: t, e: dialogs.New(load(t, small(nil)))}
	for range 5 {
		if w.turn("ой", text("ой")); w.heard != 1 || w.s.Held != 0 {
			t.Errorf("%d messages, held %d", w.heard, w.s.Held)
		}
	}
}
