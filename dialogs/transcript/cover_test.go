package transcript_test

import (
	"fmt"
	"strings"
	"testing"

	"besedka/dialogs/transcript"
)

const survey = `flow: hello
start: { any: true }
steps:
  hello:
    say:
      - { when: receipts > 1, text: "Снова вы!" }
      - any: ["Привет!", "Здравствуйте!"]
  age:
    ask: "Сколько вам лет?"
    expect: { type: int, range: 1..120 }
    buttons: { skip: "Пропустить" }
    retry: ["Числом."]
    then: bye
    else: { too_big: { say: "Столько не живут." } }
    go: { answer: bye, skip: rest }
  rest:
    wait: { for: 2h }
    go: { time: gift }
  gift: { call: gift.give, go: { given: { say: "Подарок.", end: true }, none: bye } }
  bye: { say: "Пока.", end: true }
`

// What no test reaches is told by its place: steps, branches, wordings.
func TestCover(t *testing.T) {
	t.Parallel()
	report, problems := playFlow(t, survey, `- test: x
  given: { facts: { receipts: 2 } }
  stub: { gift.give: given }
  script:
    - { user: привет, bot: [hello, age] }
    - { user: "500", bot: age.too_big }
    - { press: Пропустить, bot: [] }
    - { later: 2h, bot: gift.given }
`)
	if problems != "" || len(report.Failures) > 0 || len(report.Cover) != 1 {
		t.Fatalf("failures %v, problems %q", report.Failures, problems)
	}
	var got []string
	for _, m := range report.Cover[0].Missed {
		got = append(got, fmt.Sprintf("%d:%d %s %s", m.Line, m.Col, m.Part, m.Name))
	}
	want := `7:15 variant hello.say
7:26 variant hello.say
8:3 branch age.then
12:13 variant age.retry.1
15:19 branch age.answer
19:79 branch gift.none
20:3 step bye
20:15 variant bye.say`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if c := transcript.Sum(report.Cover); c.Reached != 12 || c.Total != 20 || c.Percent() != 60 {
		t.Errorf("%d of %d, %d %%", c.Reached, c.Total, c.Percent())
	}
}

// The ladder of a flow is counted once, whichever question comes to its end.
func TestCoverOfDefaults(t *testing.T) {
	t.Parallel()
	const ask = "flow: hello\nstart: { any: true }\ndefaults: { retry: [\"Что?\"], then: bye }\nsteps:\n  ask: { ask: \"Да?\", buttons: { yes: \"Да\" } }\n  bye: { say: \"Пока.\", end: true }\n"
	for script, missed := range map[string]int{
		"[{ user: привет }, { user: да }]":                 2,
		"[{ user: привет }, { user: что }, { user: ну }]":  1,
		"[{ user: привет }, { user: что }, { press: Да }]": 1,
	} {
		report, problems := playFlow(t, ask, "- test: x\n  script: "+script+"\n")
		if problems != "" || len(report.Failures) > 0 || len(report.Cover[0].Missed) != missed {
			t.Errorf("%s: missed %v, want %d; %v %s", script, report.Cover[0].Missed, missed, report.Failures, problems)
		}
	}
}
