package dialogs_test

import (
	"os"
	"testing"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

// TestPicture: a picture goes with the first words that are said, above them and
// once; a question is asked again without it.
func TestPicture(t *testing.T) {
	t.Parallel()
	png, err := os.ReadFile("../flows/testdata/base/media/menu.png")
	if err != nil {
		t.Fatal(err)
	}
	const flow = `flow: x
start: { words: [меню, кофе, чай] }
steps:
  hello: { say: "Привет!" }
  menu:
    media: { file: menu.png, alt: "Меню" }
    say: [{ when: registered, text: "Вам - скидка." }]
    ask: "Что будете?"
    expect: { type: text, max: 5 }
    retry: ["Короче."]
  more: { say: "Записала.", media: menu.png }
  bye: { say: "Пока.", end: true }
`
	const tests = `- test: x
  given: { facts: { registered: false } }
  script:
    - { user: меню, bot: [hello, menu.ask], media: menu.png, text: ["Привет!", "Что будете?"] }
    - { user: эспрессо, bot: menu.retry.1, media: [] }
    - { user: "?", bot: [more, bye], media: [menu.png], text: "Записала. Пока." }
    - { facts: { registered: true }, user: меню, bot: [hello, menu.say, menu.ask], media: [menu.png] }
`
	files := small(map[string]string{"flows/x.yaml": flow, "flows/x.test.yaml": tests, "media/menu.png": string(png)})
	v := actions.Vocabulary()
	p := load(t, files)
	report, problems := transcript.Play(files, p, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}
