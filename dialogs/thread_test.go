package dialogs_test

import "testing"

// TestEdit: news change the message about the same thing while it is the last one
// in the chat, and fresh.
func TestEdit(t *testing.T) {
	t.Parallel()
	const flow = `start: { words: [жду, привет] }
steps:
  wait: { wait: { event: receipt.manual, for: 1d }, go: { event: taken, time: bye } }
  taken: { say: "Чек {sum}.", edit: receipt }
  more: { say: "Проверяю.", edit: receipt }
  delayed: { wait: { event: receipt.delayed, for: 1d }, go: { event: slow, time: bye } }
  slow: { say: "Долго.", edit: receipt }
  came: { wait: { event: receipt.credited, for: 1d }, go: { event: good, time: bye } }
  good: { say: "+{points}", edit: receipt }
  bye: { say: "Пока.", end: true }`
	const (
		manual   = `event: receipt.manual, with: { receipt: 7, sum: 5 }`
		delayed  = `event: receipt.delayed, with: { receipt: 7, sum: 5 }`
		credited = `event: receipt.credited, with: { receipt: 7, points: 2.50, sum: 50, total: 3 }`
	)
	tests := []struct{ name, test string }{
		{"two texts of a thread are one message, which news change; other words after them take it out of the thread", `
    - { user: жду }
    - { ` + manual + `, bot: [taken, more], edit: false }
    - { ` + delayed + `, bot: slow, edit: true }
    - { ` + credited + `, bot: [good, bye], edit: false }`},
		{"of another thing", `
    - { user: жду }
    - { ` + manual + `, bot: [taken, more] }
    - { event: receipt.delayed, with: { receipt: 8, sum: 5 }, bot: slow, edit: false }`},
		{"who wrote meanwhile gets news as news", `
    - { user: жду }
    - { ` + manual + `, bot: [taken, more] }
    - { user: что, bot: lost/say }
    - { ` + delayed + `, bot: slow, edit: false }`},
		{"a minute later nobody may look, and a change makes no sound", `
    - { user: жду }
    - { ` + manual + `, bot: [taken, more] }
    - { later: 1m, bot: [] }
    - { ` + delayed + `, bot: slow, edit: true }`},
		{"two minutes later", `
    - { user: жду }
    - { ` + manual + `, bot: [taken, more] }
    - { later: 2m, bot: [] }
    - { ` + delayed + `, bot: slow, edit: false }`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, flow, tt.test)
		})
	}
}
