package dialogs_test

import (
	"testing"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

// TestWordsOfAMessenger: a text, a list or a question may have words of its own in
// one messenger, in every language, and is otherwise as ever.
func TestWordsOfAMessenger(t *testing.T) {
	t.Parallel()
	const flow = `flow: x
start: { words: [да] }
steps:
  say: { say: { text: "Нажмите кнопку.", webchat: "Выберите ниже." } }
  once: { say: { once: ["Раз."], telegram: ["Раз, Telegram."] } }
  ask:
    ask:
      - { when: registered, any: ["Номер?"], webchat: ["Телефон, {today|дата}?"] }
      - text: "Имя?"
    expect: text
    retry: [{ text: "Слова.", telegram: "Словами." }]
    end: true
`
	const english = `say.say: { text: "Tap.", webchat: "Choose." }
once.say: { once: ["One."], telegram: ["One, Telegram."] }
ask.ask:
  - { when: registered, text: "Number?", webchat: "Phone, {today|дата}?" }
  - text: "Name?"
ask.retry: [{ text: "Words.", telegram: "In words." }]
`
	const tests = `- test: telegram
  given: { channel: telegram, facts: { registered: true } }
  script:
    - { user: да, bot: [say, once, ask], text: "Нажмите кнопку. Раз, Telegram. Номер?" }
    - { photo: x, bot: ask.retry, text: "Словами." }
    - { user: "да", bot: [say, ask], text: "Нажмите кнопку. Номер?" }
- test: webchat
  given: { channel: webchat, facts: { registered: true } }
  script:
    - { user: да, bot: [say, once, ask], text: "Выберите ниже. Раз. Телефон, 1 декабря 2026?" }
    - { photo: x, bot: ask.retry, text: "Слова." }
- test: webchat, in English
  given: { channel: webchat, lang: en, facts: { registered: false } }
  script:
    - { user: да, bot: [say, once, ask], text: "Choose. One. Name?" }
    - { photo: x, bot: ask.retry, text: "Words." }
- test: a messenger that nobody thought of
  given: { channel: max, facts: { registered: false } }
  script:
    - { user: да, bot: [say, once, ask], text: "Нажмите кнопку. Раз. Имя?" }
`
	files := small(map[string]string{
		"programme.yaml":            "name: Тест\nlanguages: [ru, en]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\ndefaults: { retry: \"Не поняла.\" }\nconsents: {}\n",
		"profile.yaml":              "fields: {}\n",
		"segments.yaml":             "{}\n",
		"locales/en/programme.yaml": "name: Test\ndefaults.retry: What?\n",
		"locales/en/lost.yaml":      "say.say: What?\n",
		"flows/x.yaml":              flow, "flows/x.test.yaml": tests, "locales/en/x.yaml": english,
	})
	report, problems := transcript.Play(files, load(t, files), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}
