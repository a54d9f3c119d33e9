package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/flows"
)

// What a type of answer cannot be without, each found at its spot.
func TestMistakesOfAnswers(t *testing.T) {
	t.Parallel()
	const question = "expect: { type: name, max: 40 }"
	for _, tt := range []struct{ name, expect, want string }{
		{"a scale without a range", "expect: scale", `L124: a scale needs a range between 0 and 10; write range: 1..5`},
		{"a scale too long", "expect: { type: scale, range: 1..100 }", `L124: a scale needs a range between 0 and 10`},
		{"no pattern", "expect: regex", `L124: no pattern to match; add pattern: '\d{4}'`},
		{"a pattern that cannot be read", `expect: { type: regex, pattern: "(a" }`, `L127: the pattern cannot be read`},
		{"a pattern too long", `expect: { type: regex, pattern: "` + strings.Repeat("a", 201) + `" }`, `L125: more than 200 bytes in a pattern`},
		{"fewer than must", "expect: { type: multi, min: 3, max: 2 }", `L124: fewer may be chosen than must: min 3, max 2`},
		{"several of nothing", "expect: multi", `L107: nothing can answer the question`},
		{"a key of another type", "expect: { type: year, max: 4 }", `L103: `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, "flows/hello.yaml", question, tt.expect, tt.want)
		})
	}
}

func TestMistakesOfSplit(t *testing.T) {
	t.Parallel()
	const step = "  bye:"
	for _, tt := range []struct{ name, step, want string }{
		{"not a hundred", "  half: { split: { a: 50, b: 40 }, go: { a: bye, b: bye } }\n", `L124: shares divide a hundred, and make 90`},
		{"a share of none", "  half: { split: { a: 100, b: 0 }, go: { a: bye, b: bye } }\n", `L124: shares divide a hundred, and make 100`},
		{"a share leads nowhere", "  half: { split: { a: 50, b: 50 }, go: { a: bye } }\n", `L203: the outcome "b" leads nowhere`},
		{"a share nobody has", "  half: { split: { a: 50, b: 50 }, go: { a: bye, b: bye, c: bye } }\n", `L205: there is no outcome "c" here`},
		{"with a question", "  half: { ask: \"?\", expect: email, split: { a: 50, b: 50 }, go: { a: bye, b: bye } }\n", `L120: ask and split do not go together`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, "flows/hello.yaml", step, tt.step+step, tt.want)
		})
	}
}

func TestMistakesOfPatience(t *testing.T) {
	t.Parallel()
	const hello, question = "flows/hello.yaml", "expect: { type: name, max: 40 }"
	for _, tt := range []struct{ name, file, old, new, want string }{
		{"reminders out of order", hello, question, question + `
    remind: [ { after: 2h, say: "Вы тут?" }, { after: 1h, say: "А тут?" } ]`, `L124: the reminder is no later than the one before`},
		{"an end before its reminder", hello, question, question + `
    remind: [ { after: 2h, say: "Вы тут?" } ]
    expire: { after: 1h, go: bye }`, `L124: the question ends before its reminder`},
		{"an end to nowhere", hello, question, question + `
    expire: { after: 1h }`, `L107: it does not say where to go from the question; add go or end: true`},
		{"an end at no step", hello, question, question + `
    expire: { after: 1h, go: buy }`, `L121: there is no step "buy"; did you mean "bye"?`},
		{"a reminder nobody translated", hello, question, question + `
    remind: [ { after: 2h, say: "Вы тут?" } ]`, `L301: there is no translation to en; add "name.remind.1"`},
		{"a reminder of no question", hello, `  bye:`, `  no: { say: "Нет.", remind: [] }
  bye:`, `L120: remind goes only with a question; add ask`},
		{"no time of day", "programme.yaml", "country: RU\n", "country: RU\nquiet: { from: \"25:00\", to: \"9:00\" }\n", `programme.yaml:5:16: L124: "25:00" is not a time of day; write for example 21:30`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, tt.file, tt.old, tt.new, tt.want)
		})
	}
}

func TestMistakesOfSupport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ support, want string }{
		{`{ hours: { mo: ["9:00-18:00"] } }`, `L693: "mo" is no day of the week; write mon, sat or mon-fri`},
		{`{ hours: { mon-fri: ["9:00-18:00"], fri: ["9:00-17:00"] } }`, `L693: the hours of fri are named twice; list them on one line: ["9:00-13:00", "14:00-18:00"]`},
		{`{ hours: { mon: ["9-18"] } }`, `L693: "9-18" is no hours of work; write for example "9:00-18:00"`},
		{`{ hours: { mon: ["14:00-18:00", "9:00-14:01"] } }`, `L693: "9:00-14:01" overlaps other hours of that day; make one of them`},
		{`{ hours: { mon: ["9:00-18:00"] }, holidays: [2027-01-01, 2027-01-01] }`, `L694: the holiday 2027-01-01 is named twice; remove one of them`},
		{`{ hours: { mon: [] } }`, `L695: these hours hold no minute of work; write the hours of a day at least; if you work round the clock, remove hours`},
		{`{ holidays: [2027-01-01] }`, `L695: there are holidays and no hours: people work round the clock`},
		{`{ closed: "Спим." }`, `L695: closed is never said: there are no hours of work; add hours, or remove closed`},
		{`{ answer: soon }`, `L124: "soon" is not a time to wait; write 30m, 2h, 7d`},
	} {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			mistake(t, "programme.yaml", "country: RU\n", "country: RU\nsupport: "+tt.support+"\n", tt.want)
		})
	}
}

func TestMistakesOfLists(t *testing.T) {
	t.Parallel()
	const hello, question = "flows/hello.yaml", "expect: { type: name, max: 40 }"
	mistake(t, hello, question, "expect: { type: dictionary, from: towns }", `L121: there is no list "towns"`)
	mistake(t, hello, question, "expect: { type: number }", `L121: there is no type "number"; here it is called "int"`)
	mistake(t, hello, question, "expect: nmae", `L121: there is no type "nmae"; did you mean "name"?`)
	mistake(t, hello, question, "expect: dictionary", `L107: it does not say from which list the answer is; add from: the name of a file in lists`)
	for text, want := range map[string]string{
		"# nothing\n": `lists/towns.txt:1:1: L124: the list is empty`,
		"Москва = столица\nСтолица": `lists/towns.txt:2:1: L208: "Столица" already means "Москва"; leave it to one of the values`,
		"Москва\n ... = , \n= Уфа":  `lists/towns.txt:3:1: L124: the word "" cannot be heard`,
		strings.Repeat("я", 61):     `lists/towns.txt:1:1: L125: more than 60 characters in a word of a list`,
		manyValues():                `lists/towns.txt:5001:1: L125: more than 5000 values in a list`,
	} {
		files := folder(good)
		files["lists/towns.txt"] = &fstest.MapFile{Data: []byte(text)}
		if _, problems := flows.Load(files, vocabulary); !strings.Contains(told(problems), want) {
			t.Errorf("got:\n%s\nwant:\n%s", told(problems), want)
		}
	}
}

func manyValues() string {
	var b strings.Builder
	for i := range flows.MaxValues + 1 {
		fmt.Fprintf(&b, "город %d\n", i)
	}
	return b.String()
}
