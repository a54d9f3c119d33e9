package dialogs_test

import (
	"slices"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/flows"
)

// asked is a flow with a question of every type that takes words.
var asked = map[string]string{
	"programme.yaml": "name: x\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: hello\nstale: hello\ndefaults: { retry: \"Не поняла.\" }\nconsents: {}\nlisten: [{ words: [баланс, /balance], run: other }]\n",
	"profile.yaml":   "fields: {}", "segments.yaml": "{}",
	"lists/cities.txt": "Казань\nСанкт-Петербург = Питер, СПб\nРостов-на-Дону\nУфа\n",
	"flows/other.yaml": "flow: other\nsteps:\n  a: { say: \"Ага.\", end: true }\n",
	"flows/hello.yaml": `flow: hello
start: { words: [привет] }
steps:
  text: { ask: "?", expect: { type: text, max: 20 }, set: { got: answer } }
  name: { skip: not consent.personal_data, ask: "?", expect: name, set: { name: answer } }
  int: { ask: "?", expect: { type: int, range: -5..500 }, set: { count: answer } }
  year: { ask: "?", expect: { type: year, range: 1900..2100 }, set: { count: answer } }
  scale: { ask: "?", expect: { type: scale, range: 0..10 }, set: { count: answer } }
  date: { ask: "?", expect: { type: date, past: true, age: 1..120 }, set: { day: answer } }
  phone: { skip: not consent.personal_data, ask: "?", expect: phone, set: { phone: answer } }
  email: { skip: not consent.personal_data, ask: "?", expect: email, set: { email: answer } }
  inn: { skip: not consent.personal_data, ask: "?", expect: inn, set: { inn: answer } }
  regex: { ask: "?", expect: { type: regex, pattern: '[а-я]{2}\d+' }, set: { got: answer } }
  dictionary: { ask: "?", expect: { type: dictionary, from: cities }, set: { got: answer } }
  choice: { ask: "?", buttons: { yes_: { title: "Да", words: [ага, "+"] }, no_: "Нет", five: "5" } }
  multi: { ask: "?", expect: { type: multi, max: 2 }, buttons: { tea: "Чай", coffee: "Чёрный кофе", other: "Другое" } }
  end_: { ask: "?", buttons: { more: "Ещё" } }
  last: { end: true }
`,
}

func askedProgramme(f *testing.F) *flows.Programme {
	files := fstest.MapFS{}
	for name, text := range asked {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p, problems := flows.Load(files, flows.Vocabulary{Facts: map[string]expr.Kind{"today": expr.Date}})
	if p == nil {
		f.Fatal(problems)
	}
	return p
}

// Whatever is written to a question is an answer, a refusal for a reason of its
// type or an interruption; and an answer, written out, is that answer again.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"да", "+", "lf", "5", "12.05.1990", "31.02.1990", "12 мая 1990", "две чашки", "минус сто", "+7 916 123-45-67", "anna@example.com", "7707083893", "питер", "Казнаь", "чай и чёрный кофе", "1, 3", "/balance", "👍", "аб12", "в 1990 году", "\xff", "е\u0308"} {
		f.Add(text)
	}
	p := askedProgramme(f)
	e := dialogs.New(p)
	now := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	facts := dialogs.Facts{"today": expr.DateOf(now), "consent.personal_data": expr.BoolOf(true)}
	turn := func(step, text string) dialogs.Outcome {
		s := dialogs.Session{Flow: "hello", Step: step, Asked: 1, Since: now.Unix()}
		out, err := e.Turn(s, dialogs.Input{Chat: &chat.Inbound{Text: text}}, dialogs.Env{Turn: 2, Lang: "ru", Now: now, Facts: facts.Look, Explain: true})
		if err != nil {
			f.Fatalf("%s to %q: %v", step, text, err)
		}
		return out
	}
	f.Fuzz(func(t *testing.T, text string) {
		if once := flows.Normal(text); flows.Normal(once) != once {
			t.Errorf("%q is compared as %q, and that as %q", text, once, flows.Normal(once))
		}
		for _, s := range p.Flows["hello"].Steps[:13] {
			out := turn(s.ID, text)
			if reason, ok := refusal(out); ok && !slices.Contains(flows.Reasons[s.Expect.Type], reason) {
				t.Errorf("%s refuses %q for %q", s.ID, text, reason)
			}
			for name, v := range out.Session.Vars {
				again := turn(s.ID, written(v)).Session.Vars[name]
				if written(again) != written(v) {
					t.Errorf("%s takes %q for %q, and that for %q", s.ID, text, written(v), written(again))
				}
			}
		}
	})
}

func refusal(out dialogs.Outcome) (reason string, ok bool) {
	for _, n := range out.Notes {
		if n.Kind == dialogs.Refused {
			return n.What, true
		}
	}
	return "", false
}

// written is a value as a person would write it.
func written(v expr.Value) string {
	switch n, _ := v.Int(); v.Kind() {
	case expr.Date:
		return v.Day().Format("02.01.2006")
	case expr.Count:
		return strconv.FormatInt(n, 10)
	}
	return v.Text()
}
