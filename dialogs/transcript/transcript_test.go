package transcript_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/core/expr"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

var vocabulary = flows.Vocabulary{
	Calls: map[string]flows.Call{"gift.give": {Outcomes: []string{"given", "none"}, Values: map[string]expr.Kind{"sum": expr.Money}}},
	Facts: map[string]expr.Kind{"today": expr.Date, "receipts": expr.Count},
}

const programme = `name: Тест
languages: [ru]
zone: Europe/Moscow
country: RU
fallback: hello
stale: hello
defaults: { retry: "Не поняла." }
consents: {}
`

const flow = `flow: hello
start: { any: true }
steps:
  hello: { say: "Привет, {receipts} {receipts|чек|чека|чеков}!" }
  gift:
    call: gift.give
    go:
      given: { say: "Подарок за {sum}.", end: true }
      none: { say: "Подарка нет.", end: true }
`

func play(t *testing.T, test string) (transcript.Report, string) {
	t.Helper()
	return playFlow(t, flow, test)
}

func playFlow(t *testing.T, flow, test string) (transcript.Report, string) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"programme.yaml": programme, "profile.yaml": "fields: {}", "segments.yaml": "{}", "flows/hello.yaml": flow, "flows/hello.test.yaml": test,
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p, problems := flows.Load(fs.FS(fsys), vocabulary)
	if p == nil {
		t.Fatal(problems)
	}
	report, problems := transcript.Play(fsys, p, vocabulary)
	var told []string
	for _, p := range problems {
		told = append(told, p.In("en"))
	}
	return report, strings.Join(told, "\n")
}

// A conversation that goes another way is told at its line, wanted before got.
func TestDifferences(t *testing.T) {
	t.Parallel()
	report, problems := play(t, `- test: подарок
  given: { facts: { receipts: 2 } }
  stub: { gift.give: [none, { given: { sum: 100.50 } }] }
  script:
    - { user: привет, bot: [hello, gift.none], text: ["2 чека", "Подарка нет"] }
    - { user: привет, bot: [hello, gift.none], text: "Подарка нет" }
  then: { at: hello/gift, calls: { gift.give: 3 } }
`)
	if problems != "" || report.Tests != 1 || len(report.Failures) != 2 {
		t.Fatalf("%d tests, %d failures, problems %q", report.Tests, len(report.Failures), problems)
	}
	for i, want := range []string{
		`flows/hello.test.yaml:6:7: подарок
- bot: hello, gift.none
+ bot: hello/hello.say, hello/gift.given
- text: Подарка нет
+ text: Привет, 2 чека! Подарок за 100,50 ₽.`,
		`flows/hello.test.yaml:7:9: подарок
- at: hello/gift
+ at: -
- calls gift.give: 3
+ calls gift.give: 2`,
	} {
		if got := report.Failures[i].String(); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	}
}

func TestMistakesInTests(t *testing.T) {
	t.Parallel()
	for test, want := range map[string]string{
		"- test: x\n  script: [{ user: a, press: b }]\n":                   "flows/hello.test.yaml:2:12: L130: a line needs exactly one thing that happens",
		"- test: x\n  script: [{ usr: a }]\n":                              `unknown key "usr"; did you mean "user"?`,
		"- test: x\n  stub: { gift.giv: none }\n  script: []\n":            `there is no call "gift.giv"; did you mean "gift.give"?`,
		"- test: x\n  script: []\n  then: { calls: { gift.giv: 0 } }\n":    `flows/hello.test.yaml:3:20: L130: there is no call "gift.giv"; did you mean "gift.give"?`,
		"- test: x\n  stub: { gift.give: nothing }\n  script: []\n":        `there is no outcome "nothing"`,
		"- test: x\n  given: { facts: { receipt: 1 } }\n  script: []\n":    `there is no name "receipt"; did you mean "receipts"?`,
		"- test: x\n  given: { facts: { receipts: два } }\n  script: []\n": "wanted here: a whole number",
		"- test: x\n  given: { now: вчера }\n  script: []\n":               "this is not a time; write 2026-12-01T10:00+03:00",
		"- test: x\n  script: [{ later: скоро }]\n":                        "this is not a span of time; write 30m, 2h, 7d",
		"- test: x\n  script: [{ event: gift }]\n":                         `there is no event "gift"`,
	} {
		if _, problems := play(t, test); !strings.Contains(problems, want) {
			t.Errorf("%s\ngot  %s\nwant %s", test, problems, want)
		}
	}
}

// An empty list of buttons wants none.
func TestNoButtons(t *testing.T) {
	t.Parallel()
	report, problems := playFlow(t, "flow: hello\nstart: { any: true }\nsteps:\n  ask: { ask: \"Да?\", buttons: { yes: \"Да\" }, end: true }\n", `- test: x
  script:
    - { user: привет, buttons: [] }
    - { user: да, buttons: [] }
`)
	if problems != "" || len(report.Failures) != 1 || !strings.Contains(report.Failures[0].String(), ":3:7: x\n- buttons: \n+ buttons: Да") {
		t.Errorf("failures %v, problems %q", report.Failures, problems)
	}
}

// Every promise that falls due while time passes is kept at its own time.
func TestLater(t *testing.T) {
	t.Parallel()
	const waits = `flow: hello
start: { any: true }
steps:
  one: { say: "{today|дд.мм.гггг}", wait: { for: 23h } }
  two: { say: "{today|дд.мм.гггг}", wait: { for: 1d } }
  three: { say: "{today|дд.мм.гггг}", wait: { for: 3d } }
  four: { say: "{today|дд.мм.гггг}", end: true }
`
	report, problems := playFlow(t, waits, `- test: x
  given: { now: 2026-12-01T10:00+03:00 }
  script:
    - { user: привет, bot: one, text: 01.12.2026 }
    - { later: 3d, bot: [two, three], text: [02.12.2026, 03.12.2026], at: hello/three }
    - { later: 1d, bot: [], at: hello/three }
    - { later: 1d, bot: four, text: 06.12.2026 }
`)
	if problems != "" || len(report.Failures) > 0 {
		t.Errorf("failures %v, problems %q", report.Failures, problems)
	}
	report, problems = playFlow(t, "flow: hello\nstart: { any: true }\nsteps:\n  wait: { wait: { for: 1m }, go: wait }\n", "- test: x\n  script: [{ user: привет }, { later: 7d }]\n")
	if problems != "" || len(report.Failures) != 1 || !strings.Contains(report.Failures[0].What, "more than 1000 timers") {
		t.Errorf("failures %v, problems %q", report.Failures, problems)
	}
}

// A call without a stub is a failure at its line, not a crash.
func TestNoStub(t *testing.T) {
	t.Parallel()
	report, _ := play(t, "- test: x\n  script:\n    - { user: привет }\n    - { press: Нет такой }\n")
	if len(report.Failures) != 1 || !strings.Contains(report.Failures[0].String(), ":3:7: x\nthe script calls gift.give") {
		t.Errorf("got %v", report.Failures)
	}
}
