package dialogs_test

import "testing"

// Tests begin on 1 December 2026 at 10:00 in Moscow; the quiet hours of the
// programme are from 22:00 to 9:00.
func TestPatience(t *testing.T) {
	t.Parallel()
	const flow = `start: { words: [да] }
defaults:
  remind: [ { after: 2h, say: "Вы здесь?" }, { after: 1d, say: "Ещё здесь?" } ]
  expire: { after: 7d, say: "Ладно.", go: bye }
listen:
  - { words: [имя], run: who }
  - { event: receipt.credited, run: lost }
steps:
  ask: { ask: "Город?", expect: { type: text, max: 9 }, set: { city: answer }, retry: ["Короче."] }
  own: { ask: "Улица?", expect: text, remind: [ { after: 30m, say: "Улица?.." } ], expire: { after: 1h, end: true } }
  never: { ask: "Дом?", expect: text, remind: [] }
  bye: { say: "Пока.", end: true }`
	tests := []struct{ name, test string }{
		{"reminded, reminded, left", `
    - { user: да, bot: ask }
    - { later: 1h, bot: [] }
    - { later: 1h, bot: defaults.remind.1, at: x/ask }
    - { later: 21h, bot: [] }
    - { later: 1h, bot: defaults.remind.2, at: x/ask }
    - { later: 5d, bot: [], at: x/ask }
    - { later: 1d, bot: [defaults.expire, bye], at: "-" }
    - { later: 9d, bot: [] }`},
		{"an answer after a reminder counts, and who writes is not hurried", `
    - { user: да, bot: ask }
    - { later: 1h, bot: [] }
    - { user: "Очень длинное слово", bot: ask.retry.1 }
    - { later: 90m, bot: [] }
    - { later: 30m, bot: defaults.remind.1 }
    - { user: Казань, bot: own }
    - { later: 29m, bot: [] }
    - { later: 1m, bot: own.remind.1 }
    - { later: 30m, bot: [], at: "-" }`},
		{"an interrupted question waits for its interruption", `
    - { user: да, bot: ask }
    - { user: имя, bot: who/ask }
    - { later: 3d, bot: [], at: who/ask }
    - { user: Тула, bot: [who/thanks, x/ask], at: x/ask }
    - { later: 119m, bot: [] }
    - { later: 1m, bot: defaults.remind.1 }`},
		{"a question that news have brought back is asked anew", `
    - { user: да, bot: ask }
    - { later: 110m, bot: [] }
    - { event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: [lost/say, x/ask] }
    - { later: 119m, bot: [] }
    - { later: 1m, bot: defaults.remind.1 }`},
		{"what a question says of itself wins: this one waits on", `
    - { user: да, bot: ask }
    - { user: Казань, bot: own }
    - { user: Мира, bot: never }
    - { later: 6d, bot: [], at: x/never }
    - { later: 1d, bot: [defaults.expire, bye], at: "-" }`},
		{"nobody is woken in the quiet hours, and what follows is put off too", `
    - { later: 11h, bot: [] }
    - { user: да, bot: ask }
    - { later: 10h, bot: [] }
    - { later: 2h, bot: defaults.remind.1 }
    - { later: 23h, bot: [] }
    - { later: 1h, bot: defaults.remind.2 }`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, flow, tt.test)
		})
	}
}
