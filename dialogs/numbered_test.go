package dialogs_test

import (
	"testing"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

// TestNumbersOfAMenu: where a messenger has no keys, a number presses the one it stands
// before, in a menu as in a question; it does so until something else is asked.
func TestNumbersOfAMenu(t *testing.T) {
	t.Parallel()
	const flow = `flow: x
start: { words: [меню] }
steps:
  show:
    say: "Чем помочь?"
    buttons:
      rules: { title: "Правила", url: "https://example.test/" }
      points: { title: "Сколько у меня баллов", tap: points }
      ask: { title: "Спросите меня", tap: ask }
    end: true
`
	const tests = `- test: a linked device
  given: { channel: whatsmeow }
  script:
    - { user: меню, bot: show }
    - { user: "1", bot: points/say }
    - { user: "3", bot: lost/say }
    - { user: "2)", bot: ask/sure }
    - { user: "3", bot: [points/say, ask/sure] }
    - { user: "1", bot: ask/many }
    - { user: "2", bot: ask/done }
    - { user: "2", bot: lost/say }
- test: with keys of its own
  given: { channel: telegram }
  script:
    - { user: меню, bot: show }
    - { user: "1", bot: lost/say }
`
	files := small(map[string]string{
		"programme.yaml": "name: Тест\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\ndefaults: { retry: \"Не поняла.\" }\nconsents: {}\nlisten:\n  - { tap: points, run: points }\n  - { tap: ask, go: ask }\n",
		"flows/x.yaml":   flow, "flows/x.test.yaml": tests,
		"flows/points.yaml": "flow: points\nsteps:\n  say: { say: \"Ни одного.\", end: true }\n",
		"flows/ask.yaml":    "flow: ask\nsteps:\n  sure:\n    ask: \"Точно?\"\n    expect: choice\n    buttons:\n      site: { title: Сайт, url: \"https://example.test/\" }\n      yes: \"Да\"\n      no: \"Нет\"\n      points: { title: Баллы, tap: points }\n  many: { ask: \"Сколько?\", expect: int }\n  done: { say: \"Ясно.\", end: true }\n",
	})
	report, problems := transcript.Play(files, load(t, files), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}
