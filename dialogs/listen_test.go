package dialogs_test

import (
	"fmt"
	"testing"

	"besedka/dialogs"
)

// What is heard at a step, and what becomes of its question afterwards.
func TestListen(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flow, test string }{
		{
			"a step hears before its flow, and only while it waits",
			`start: { words: [да] }
listen:
  - { words: [зачем, почему], run: lost }
steps:
  one: { ask: "Раз?", expect: text, listen: [{ words: [зачем], run: quiet }, { words: [хватит], go: bye }, { event: receipt.delayed, go: bye }] }
  two: { ask: "Два?", expect: text, listen: [{ words: [лучше], go: one }] }
  bye: { say: "Пока.", end: true }`,
			`
    - { user: да, bot: one }
    - { user: зачем, bot: [quiet/say, one] }
    - { user: почему, bot: [lost/say, one] }
    - { user: лучше, bot: two }
    - { user: зачем, bot: [lost/say, two] }
    - { event: receipt.delayed, with: { receipt: 1, sum: 5 }, bot: [] }
    - { user: лучше, bot: one }
    - { event: receipt.delayed, with: { receipt: 1, sum: 5 }, bot: bye, at: "-" }
    - { user: да, bot: one }
    - { user: хватит, bot: bye, at: "-" }`,
		},
		{
			"a wait hears too",
			`start: { words: [жду] }
steps:
  wait: { say: "Жду.", wait: { for: 1d }, listen: [{ words: [долго], run: quiet }, { words: [отмена], go: bye }] }
  bye: { say: "Пока.", end: true }`,
			`
    - { user: жду, bot: wait }
    - { user: долго, bot: quiet/say, at: x/wait }
    - { user: отмена, bot: bye, at: "-" }`,
		},
		{
			"restart begins the flow anew and forgets its variables",
			`start: { words: [да] }
listen:
  - { words: [заново], run: quiet, then: restart }
  - { words: [кто], run: who, then: restart }
steps:
  one: { ask: ["Раз?"], expect: text, set: { n: answer } }
  two: { ask: [{ when: known(n), text: "{n}. Два?" }, { text: "Два?" }], expect: text, end: true }`,
			`
    - { user: да, bot: one }
    - { user: Анна, bot: two, text: "Анна. Два" }
    - { user: заново, bot: [quiet/say, one], text: "Тише. Раз?" }
    - { user: Яна, bot: two, text: "Яна." }
    - { user: кто, bot: who/ask }
    - { user: заново, bot: [who/thanks, x/one], text: заново }
    - { user: ок, bot: two }`,
		},
		{
			"ignore answers and leaves the question waiting in silence",
			`start: { words: [да] }
listen:
  - { words: [спасибо], run: quiet, then: ignore }
  - { words: [кто], run: who, then: ignore }
  - { words: [скорей], run: sos, then: ignore }
steps:
  one: { ask: "Раз?", expect: text, buttons: { no: "Нет" }, go: { answer: two, no: bye } }
  two: { ask: "Два?", expect: text, end: true }
  bye: { say: "Пока.", end: true }`,
			`
    - { user: да, bot: one }
    - { user: спасибо, bot: quiet/say, text: "Тише.", at: x/one }
    - { user: кто, bot: who/ask }
    - { user: Казань, bot: who/thanks, at: x/one }
    - { press: Нет, bot: bye }
    - { user: да, bot: one }
    - { user: скорей, bot: sos/say }
    - { user: хватит, bot: x/one, at: x/one }
    - { user: скорей, bot: sos/say }
    - { user: ау, bot: [] }
    - { user: бот, bot: x/one }
    - { user: Анна, bot: two }`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, tt.flow, tt.test)
		})
	}
}

// A flow that is run on top of three interrupted questions lets the oldest of them
// go rather than fail.
func TestRunOnTopOfInterruptions(t *testing.T) {
	t.Parallel()
	files, listen := map[string]string{}, "listen:\n  - { words: [ещё], run: more }\n"
	for i := range 3 {
		files[fmt.Sprintf("flows/f%d.yaml", i)] = fmt.Sprintf("flow: f%d\nsteps:\n  ask: { ask: \"Вопрос %d?\", buttons: { ok: \"Ок\" }, end: true }\n", i, i)
		listen += fmt.Sprintf("  - { words: [слово%d], run: f%d }\n", i, i)
	}
	files["flows/more.yaml"] = "flow: more\nsteps:\n  run: { run: last }\n  ask: { ask: \"Ещё?\", buttons: { ok: \"Ок\" }, end: true }\n"
	files["flows/last.yaml"] = "flow: last\nsteps:\n  ask: { ask: \"Последний?\", buttons: { ok: \"Ок\" }, end: true }\n"
	fsys := small(files)
	fsys["programme.yaml"].Data = append(fsys["programme.yaml"].Data, listen...)
	w := waiter{t: t, e: dialogs.New(load(t, fsys))}
	for _, said := range []string{"слово0", "слово1", "слово2", "ещё"} {
		w.turn(said, text(said))
	}
	for _, want := range []string{"last/ask", "more/ask", "f2/ask", "f1/ask", "f1/"} {
		if at := w.s.Flow + "/" + w.s.Step; at != want {
			t.Errorf("it stands at %s, want %s", at, want)
		}
		w.turn("ок", text("ок"))
	}
}
