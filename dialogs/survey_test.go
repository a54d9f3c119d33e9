package dialogs_test

import (
	"testing"

	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// every has a question of every type, and branches by answers.
const every = `survey: every
title: "Обо всём"
start: { words: [опрос] }
reward: { bonus: 0.50 }
intro: "Начнём."
questions:
  pet: { type: single, ask: "Кто у вас?", options: { cat: "Кот", dog: "Пёс", none: "Никого" }, go: { none: when } }
  name: { type: text, ask: "Как зовут?", optional: true, max: 20 }
  food: { type: multi, ask: "Что ест?", options: { fish: "Рыбу", meat: "Мясо" }, max: 1, done: "Всё" }
  bark: { type: scale, range: 1..5, when: pet == "dog", ask: "Громко лает?" }
  why: { type: text, when: bark >= 4, ask: "На кого?" }
  us:
    type: matrix
    ask: "Оцените нас."
    range: 1..3
    rows: { milk: "Молоко", curd: "Творог" }
  why_milk: { type: text, when: us.milk < 2, ask: "Что с молоком?", optional: true }
  age: { type: number, range: 0..30, ask: "Сколько лет?", retry: "Числом.", optional: true }
  when: { type: date, past: true, ask: "Когда купили?" }
  advise: { type: nps, ask: "Посоветуете?" }
`

// respond plays a survey.
func respond(t *testing.T, survey, test string) {
	t.Helper()
	fsys := small(map[string]string{"surveys/every.yaml": survey, "surveys/every.test.yaml": "- test: x\n  script:" + test, "flows/who.yaml": who})
	report, problems := transcript.Play(fsys, load(t, fsys), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}

func TestEveryTypeOfQuestion(t *testing.T) {
	t.Parallel()
	respond(t, every, `
    - { user: опрос, bot: [intro, pet], text: ["Начнём.", "1 из 11", "Кто у вас?"], buttons: ["Кот", "Пёс", "Никого"] }
    - { press: "Пёс", bot: name, save: { pet: dog }, text: "2 из 11", buttons: ["Пропустить"] }
    - { user: "Очень длинное имя у этого пса", bot: name.too_long, save: {} }
    - { user: "Шарик", bot: food, save: { name: "Шарик" }, buttons: ["Рыбу", "Мясо", "Всё"] }
    - { user: "рыбу, мясо", bot: food.too_many, save: {} }
    - { press: "Мясо", bot: food, save: {} }
    - { press: "Всё", bot: bark, save: { food: [meat] }, text: "4 из 11", buttons: ["1", "2", "3", "4", "5"] }
    - { user: "5", bot: why, save: { bark: "5" }, text: "5 из 11" }
    - { user: "На почтальона", bot: us, save: { why: "На почтальона" }, text: ["6 из 11", "Оцените нас.", "Молоко"], at: survey.every/us.milk }
    - { user: "3", bot: us, save: { us.milk: "3" }, text: ["7 из 10", "Оцените нас.", "Творог"], at: survey.every/us.curd }
    - { user: "2", bot: age, save: { us.curd: "2" }, text: "8 из 10" }
    - { user: "сорок", bot: age.retry, save: {} }
    - { user: "40", bot: age.retry, save: {} }
    - { press: "Пропустить", bot: when, save: { age: "" }, text: "9 из 10" }
    - { user: "01.02.2030", bot: when.not_past, save: {} }
    - { user: "1 февраля 2020", bot: advise, save: { when: "2020-02-01" }, text: "10 из 10" }
    - { user: "11", bot: advise.too_big, save: {} }
    - { user: "10", bot: [reward.say, thanks], save: { advise: "10" }, text: ["+0,50 бонуса", "Спасибо"], at: "-" }`)
}

// TestBranchesOfASurvey: an answer may lead further down, and a question is asked
// of those alone whom it is for.
func TestBranchesOfASurvey(t *testing.T) {
	t.Parallel()
	respond(t, every, `
    - { user: опрос, bot: [intro, pet] }
    - { press: "Никого", bot: when, at: survey.every/when }
    - { user: опрос, bot: [intro, pet] }
    - { user: кот, bot: name }
    - { user: пропустить, bot: food, save: { name: "" } }
    - { user: "2", bot: food, save: {} }
    - { user: всё, bot: us, save: { food: [meat] }, at: survey.every/us.milk }
    - { user: "1", bot: us, at: survey.every/us.curd }
    - { user: "1", bot: why_milk }`)
}

// TestSurveyGoesOn: what is answered is not asked again, whatever is named in
// between; a question that the release does not have begins it anew.
func TestSurveyGoesOn(t *testing.T) {
	t.Parallel()
	fsys := small(map[string]string{"surveys/every.yaml": every, "surveys/every.test.yaml": `
- test: с середины
  stub: { survey.begin: { again: { from: us.curd } } }
  script:
    - { user: опрос, bot: [again, us], at: survey.every/us.curd }
    - { user: "2", bot: age }
- test: вопроса больше нет
  stub: { survey.begin: { again: { from: gone } } }
  script:
    - { user: опрос, bot: [again, pet] }
- test: всё сказано
  stub: { survey.begin: { again: { from: finish } }, survey.finish: { linked: { points: 0.50 } } }
  script:
    - { user: опрос, bot: [again, reward.linked, thanks] }
- test: чужая или старая ссылка
  stub: { survey.begin: expired }
  script:
    - { start: ` + flows.LinkPrefixOf("every") + `xyz, bot: expired, at: "-" }
- test: другой чат успел раньше
  stub: { survey.finish: done }
  script:
    - { begin: survey.every/advise, bot: advise }
    - { user: "7", bot: done, at: "-" }
`})
	report, problems := transcript.Play(fsys, load(t, fsys), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}

// TestBehalf: what is answered behind somebody's link is kept for them.
func TestBehalf(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"surveys/every.yaml": every})))
	out, err := e.Turn(dialogs.Session{}, text("опрос"), env(1))
	if err != nil || out.Call == nil || out.Call.Survey.ID != "every" {
		t.Fatalf("%+v %v", out.Call, err)
	}
	out, err = e.Resume(out, dialogs.CallResult{Outcome: flows.SurveyNew, Values: map[string]expr.Value{flows.BehalfName: expr.CountOf(7)}}, text("опрос"), env(1))
	if err != nil {
		t.Fatal(err)
	}
	out, err = e.Turn(out.Session, text("кот"), env(2))
	if err != nil {
		t.Fatal(err)
	}
	kept, ok := out.Effects[0].(dialogs.Respond)
	if !ok || kept.Behalf != 7 || kept.Question != "pet" || kept.Value.Text() != "cat" {
		t.Errorf("kept: %+v", out.Effects)
	}
}
