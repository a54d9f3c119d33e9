package dialogs_test

import (
	"testing"

	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

const questionsFile = `faq:
  when: { ask: ["сколько ждать приз", "когда придёт приз"], say: ["Десять дней.", "Дней десять."] }
  burn: { ask: ["когда сгорают бонусы", "срок бонусов"], say: { any: ["Через полгода, {channel}."] } }
  coffee: { ask: ["обменять бонусы на кофе"], say: "Кофе на кассе." }
  tea: { ask: ["обменять бонусы на чай"], say: [{ when: interrupting, text: "Чай, и вернёмся." }, { text: "Чай на кассе." }] }
unsure: "Вы об этом?"
`

const curious = `flow: ask
start: { words: [привет], any: true }
listen: [{ words: [срок], go: bye }]
steps:
  city: { ask: "Город?", expect: text, set: { city: answer }, remind: [{ after: 2h, say: "Вы тут?" }], expire: { after: 1d, end: true } }
  day: { ask: "День?", expect: date, retry: ["Не день."], then: bye }
  drink: { ask: "Что пьёте?", buttons: { tea: "Чай", coffee: "Кофе" } }
  bye: { say: "Спасибо, {city}.", end: true }
`

const puzzled = `flow: lost
steps:
  people: { skip: misses < 2, say: "Позвать человека?", end: true }
  say: { say: "Не поняла.", end: true }
`

// What people ask is answered and the question asked again, and no answer is
// taken for a question nor a question for an answer.
func TestFAQ(t *testing.T) {
	t.Parallel()
	fsys := small(map[string]string{"faq.yaml": questionsFile, "flows/ask.yaml": curious, "flows/lost.yaml": puzzled, "flows/ask.test.yaml": `
- test: первый же вопрос получает ответ, и знакомство начинается
  script:
    - { user: "Здравствуйте! Когда придет мой приз?", bot: [faq/when, city], at: ask/city }
    - { user: "обменять бонусы?", bot: faq/unsure, buttons: ["Обменять бонусы на кофе?", "Обменять бонусы на чай?"], at: ask/city }
    - { press: "Обменять бонусы на чай?", bot: [faq/tea, city], text: "и вернёмся", at: ask/city }
    - { user: "приз", bot: day, text: "День?" }
- test: свободный ответ не отнимают
  script:
    - { user: привет, bot: city }
    - { user: "долго ждать приз", bot: day }
    - { user: привет, bot: city }
    - { user: "бонусы", bot: day }
    - { user: привет, bot: city }
    - { user: "обменять бонусы", bot: day }
    - { user: привет, bot: city }
    - { user: "Сколько ждать призов", bot: [faq/when, city] }
    - { user: "сгорают бонусы?", bot: [faq/burn, city], text: "полгода, telegram" }
    - { user: "crjkmrj ;lfnm ghbp", bot: [faq/when, city] }
    - { user: "срок", bot: bye, at: "-" }
- test: на вопрос с типом отвечают точно, потом слова, потом частые вопросы, потом повтор
  script:
    - { user: привет, bot: city }
    - { user: Казань, bot: day }
    - { user: "когда сгарают бонусы", bot: [faq/burn, day] }
    - { user: "не помню", bot: day.retry.1 }
    - { user: "а сколько ждать приз", bot: [faq/when, day] }
    - { user: "12.05.1990", bot: drink }
    - { user: чай, bot: bye, text: Казань, at: "-" }
    - { user: "сколько приз ждать", bot: faq/when, at: "-" }
- test: дважды подряд не поняла
  script:
    - { user: привет, bot: city }
    - { user: срок, bot: bye }
    - { user: ы, bot: lost/say }
    - { user: "сколько ждать приз", bot: faq/when }
    - { user: ы, bot: lost/say }
    - { user: ы, bot: lost/people }
    - { user: ы, bot: lost/people }
- test: у вопроса, заданного посреди вопроса, время своё
  script:
    - { user: привет, bot: city }
    - { later: 1h }
    - { user: "сколько ждать приз", bot: [faq/when, city] }
    - { later: 90m, bot: [] }
    - { later: 30m, bot: city.remind }
`})
	v := actions.Vocabulary()
	p := load(t, fsys)
	report, problems := transcript.Play(fsys, p, v)
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
	if report.Tests != 5 {
		t.Errorf("%d tests were played", report.Tests)
	}
}
