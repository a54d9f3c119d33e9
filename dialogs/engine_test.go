package dialogs_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

// who is a question that interrupts others.
const who = `flow: who
steps:
  ask: { ask: "Какой город?", expect: { type: text, max: 20 }, set: { city: answer } }
  thanks: { say: "{city}, спасибо.", end: true }
`

// What the language promises, in its own tests: each programme is one flow
// beside what every programme has, and each test is a conversation.
func TestLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flow, test string }{
		{
			"a ladder of retries ends in a step",
			`start: { any: true }
steps:
  age: { ask: "Сколько лет?", expect: { type: int, range: 0..120 }, retry: ["Числом.", "Цифрами."], then: stop, else: { too_big: { say: "Не верю." } } }
  fine: { say: "Хорошо.", end: true }
  stop: { say: "Ладно.", end: true }`,
			`
    - { user: привет, bot: age }
    - { user: много, bot: age.retry.1 }
    - { user: "121", bot: age.too_big }
    - { user: "-1", bot: stop, at: "-" }
    - { facts: { receipts: 1 }, user: привет, bot: lost/say }`,
		},
		{
			"a flow hears before its programme, and a command before an answer",
			`start: { words: [/go] }
listen:
  - { words: [стоп, /stop], go: bye }
steps:
  who: { ask: "Как вас зовут?", expect: name, skip: "not consent.personal_data", retry: ["Буквами."] }
  bye: { say: "Пока.", end: true }`,
			`
    - { facts: { consent.personal_data: true }, user: /go, bot: who }
    - { user: /stop, bot: bye, at: "-" }
    - { user: стоп, bot: lost/say }
    - { user: /go, bot: who }
    - { user: СТОП!, bot: bye }`,
		},
		{
			"a wait for a time goes on through interruptions",
			`start: { words: [жду] }
steps:
  wait: { say: "Жду.", wait: { for: 2h } }
  done: { say: "Дождалась.", end: true }`,
			`
    - { user: жду, bot: wait, at: x/wait }
    - { later: 1h, bot: [] }
    - { user: что, bot: lost/say, at: x/wait }
    - { later: 59m, bot: [] }
    - { later: 1m, bot: done, at: "-" }
    - { later: 9h, bot: [] }`,
		},
		{
			"an event or a time, whichever is first",
			`start: { words: [жду] }
steps:
  wait: { wait: { event: receipt.credited, for: 1d }, go: { event: came, time: late } }
  came: { say: "Пришло {points}.", end: true }
  late: { say: "Не дождалась.", end: true }`,
			`
    - { user: жду, bot: [], at: x/wait }
    - { event: receipt.delayed, with: { receipt: 1, sum: 5 }, bot: [] }
    - { event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: came, text: "2,50" }
    - { user: жду, at: x/wait }
    - { later: 1d, bot: late }
    - { event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: [] }`,
		},
		{
			"an event finds the flow that waits for it under another question, which is asked again",
			`start: { words: [жду] }
listen:
  - { words: [имя], run: who }
steps:
  begin: { set: { n: 7 } }
  wait: { say: "Жду.", wait: { event: receipt.credited, for: 1d }, go: { event: came, time: late } }
  came: { ask: "Пришло {points}, а {n} осталось. Верно?", buttons: { yes: "Верно" }, go: thanks }
  late: { say: "Не дождалась.", end: true }
  thanks: { say: "Спасибо.", end: true }`,
			`
    - { user: жду, bot: x/wait, at: x/wait }
    - { user: имя, bot: who/ask, at: who/ask }
    - { event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: x/came, text: "2,50, а 7", at: x/came }
    - { user: верно, bot: [x/thanks, who/ask], at: who/ask }
    - { event: receipt.credited, with: { receipt: 1, points: 2.50, sum: 50, total: 3 }, bot: [] }
    - { later: 2d, bot: [] }
    - { user: Казань, bot: who/thanks, text: "Казань", at: "-" }`,
		},
		{
			"a time is up under another question, which is asked again",
			`start: { words: [жду] }
listen:
  - { words: [имя], run: who }
steps:
  wait: { say: "Жду.", wait: { event: receipt.credited, for: 1d }, go: { event: came, time: late } }
  came: { say: "Пришло.", end: true }
  late: { say: "Не дождалась.", end: true }`,
			`
    - { user: жду, bot: x/wait }
    - { user: имя, bot: who/ask }
    - { later: 23h, bot: [], at: who/ask }
    - { later: 2h, bot: [x/late, who/ask], at: who/ask }
    - { later: 9d, bot: [] }
    - { user: Казань, bot: who/thanks, at: "-" }`,
		},
		{
			"a run comes back with the variables it left",
			`start: { words: [раз] }
steps:
  one: { set: { n: 1 }, say: "Раз." }
  two: { run: lost }
  three: { say: "Снова {n}.", set: { n: n + 1 } }
  four: { say: "И {n}.", end: true }`,
			`
    - { user: раз, bot: [one, lost/say, three, four], text: ["Раз.", "Снова 1.", "И 2."] }`,
		},
		{
			"options by button, title, number; a pressed one twice is out of date",
			`start: { words: [да] }
steps:
  city: { ask: "Город?", buttons: { kazan: "Казань", orel: "Орёл" }, go: { kazan: same, orel: other } }
  same: { say: "Казань.", end: true }
  other: { say: "Орёл.", end: true }`,
			`
    - { user: да, bot: city, buttons: ["Казань", "Орёл"] }
    - { user: "«ОРЕЛ»", bot: other }
    - { user: да, bot: city }
    - { user: 1., bot: same }
    - { press: Казань, bot: lost/say }`,
		},
		{
			"a number on a button is not the place of another",
			`start: { words: [да] }
steps:
  mark: { ask: "Оценка?", buttons: { e: "5", d: "4", c: "3", b: "2", none: "Нет" }, go: { e: e, d: d, c: c, b: b, none: none } }
  e: { say: "Пять.", end: true }
  d: { say: "Четыре.", end: true }
  c: { say: "Три.", end: true }
  b: { say: "Два.", end: true }
  none: { say: "Нет.", end: true }`,
			`
    - { user: да, bot: mark }
    - { user: "5", bot: e }
    - { user: да, bot: mark }
    - { user: "2", bot: b }
    - { user: да, bot: mark }
    - { user: "1", bot: e }`,
		},
		{
			"a sign alone is a word, and beside words it is nothing",
			`start: { words: [да, "👍"] }
steps:
  like: { ask: "Нравится?", buttons: { up: "❤️", down: "👎" }, go: { up: up, down: down } }
  up: { say: "Ура.", end: true }
  down: { say: "Жаль.", end: true }`,
			`
    - { user: "👍🏽", bot: like }
    - { user: "👎", bot: down }
    - { user: "Да ❤️", bot: like }
    - { user: "❤", bot: up }
    - { user: "☀️", bot: lost/say }`,
		},
		{
			"a question passed by leads where its answer would",
			`start: { words: [раз] }
listen:
  - { words: [конец], go: last }
  - { words: [мимо], go: between }
  - { words: [никогда], go: never }
steps:
  typed: { skip: receipts > 0, ask: "Город?", expect: text, buttons: { no: "Нет" }, go: { answer: pick, no: typed_no } }
  typed_no: { say: "Нет так нет." }
  pick: { skip: receipts > 0, ask: "Да?", buttons: { yes: "Да" }, go: last }
  between: { say: "Мимо." }
  last: { skip: receipts > 1, ask: "И всё?", expect: text, end: true }
  never: { say: "Никогда.", end: true }`,
			`
    - { user: раз, bot: typed }
    - { user: Казань, bot: pick }
    - { user: да, bot: last }
    - { user: всё, bot: [], at: "-" }
    - { facts: { receipts: 1 }, user: раз, bot: last }
    - { user: всё, bot: [], at: "-" }
    - { facts: { receipts: 2 }, user: раз, bot: [], at: "-" }`,
		},
		{
			"a step that asks nothing is passed by to the next, wherever it leads",
			`start: { words: [раз] }
steps:
  one: { skip: receipts > 0, say: "Раз.", end: true }
  two: { skip: receipts > 1, say: "Два.", go: four }
  three: { say: "Три." }
  four: { say: "Четыре.", end: true }`,
			`
    - { user: раз, bot: one }
    - { facts: { receipts: 1 }, user: раз, bot: [two, four] }
    - { facts: { receipts: 2 }, user: раз, bot: [three, four] }`,
		},
		{
			"control characters of an answer are spaces",
			`start: { words: [да] }
steps:
  town: { ask: "Город?", expect: text, set: { town: answer } }
  said: { say: "Это {town}.", end: true }`,
			`
    - { user: да, bot: town }
    - { user: "Нижний\0\aНовгород\e", bot: said, text: "Это Нижний Новгород." }`,
		},
		{
			"dates, phones and photos give typed reasons",
			`start: { words: [да] }
steps:
  day: { ask: "День?", expect: { type: date, future: true }, else: { not_future: { say: "Уже прошло." }, no_such_date: { say: "Нет такого." } } }
  tel: { ask: "Телефон?", expect: phone, skip: "not consent.personal_data" }
  pic: { ask: "Фото?", expect: photo, else: { not_a_photo: { say: "Это не фото." } }, end: true }`,
			`
    - { facts: { consent.personal_data: true }, user: да, bot: day }
    - { user: "29 февраля 2027", bot: day.no_such_date }
    - { user: "01.12.2026", bot: day.not_future }
    - { user: "завтра", bot: day.not_a_date }
    - { user: "2 декабря 2026 года", bot: tel }
    - { user: "123", bot: tel.not_a_phone }
    - { contact: "+79001234567", bot: pic }
    - { user: вот, bot: pic.not_a_photo }
    - { photo: a.jpg, bot: [], at: "-" }`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, tt.flow, tt.test)
		})
	}
}

// converse plays a conversation with a programme of one flow beside what every
// programme has.
func converse(t *testing.T, flow, test string) {
	t.Helper()
	files := map[string]string{
		"flows/x.yaml":      "flow: x\n" + flow,
		"flows/x.test.yaml": "- test: x\n  script:" + test,
		"flows/who.yaml":    who,
		"lists/cities.txt":  "# города\nМосква\nСанкт-Петербург = Питер, СПб\nОрёл\nТомск\n\nКанск\nКамск-Уральский\nТамск\n",
		"flows/quiet.yaml":  "flow: quiet\nsteps:\n  say: { say: Тише., end: true }\n",
	}
	if strings.Contains(flow, "sos") { // with people about, whom the bot does not understand is given to them
		files["flows/sos.yaml"] = "flow: sos\nsteps:\n  say: { say: Зову., handoff: support }\n"
	}
	fsys := small(files)
	report, problems := transcript.Play(fsys, load(t, fsys), actions.Vocabulary())
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range report.Failures {
		t.Error(f)
	}
}

func env(turn int64) dialogs.Env {
	return dialogs.Env{Now: now, Turn: turn, Seed: turn * 31, Lang: "ru", Channel: chat.Webchat}
}

// Of three variants none is said twice running, and all are said.
func TestVariants(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"flows/x.yaml": "flow: x\nstart: { words: [да] }\nsteps:\n  say: { say: [раз, два, три], end: true }\n"})))
	var s dialogs.Session
	said := map[string]int{}
	last := ""
	for turn := range int64(60) {
		out, err := e.Turn(s, text("да"), env(turn))
		if err != nil {
			t.Fatal(err)
		}
		got := out.Effects[0].(dialogs.Say).Message.Text
		if got == last {
			t.Errorf("turn %d repeats %q", turn, got)
		}
		last, s = got, out.Session
		said[got]++
	}
	for _, variant := range []string{"раз", "два", "три"} {
		if said[variant] < 10 {
			t.Errorf("%q is said %d times of 60", variant, said[variant])
		}
	}
}

// What people write may be longer than a session holds: the talk goes on with its
// beginning, and what is saved is saved whole.
func TestLongWords(t *testing.T) {
	t.Parallel()
	converse(t, `start: { words: [go] }
steps:
  what: { ask: "Что?", expect: { type: text, max: 900 }, save: city }
  more: { ask: "А ещё?", expect: { type: text, max: 900 }, set: { all: answer } }
  bye: { say: "{all}", end: true }`, `
    - { user: go, bot: what }
    - { user: "`+strings.Repeat("слово ", 140)+`", bot: more, save: { city: "`+strings.TrimSpace(strings.Repeat("слово ", 140))+`" } }
    - { user: "`+strings.Repeat("слово ", 140)+`", bot: bye, text: "слово слово" }`)
}

// Scripts that run, step or say too much stop at their limits.
func TestLimits(t *testing.T) {
	t.Parallel()
	many := "flow: x\nstart: { words: [да] }\nsteps:\n"
	for i := range 12 {
		many += fmt.Sprintf("  s%d: { say: Раз, buttons: { b: { title: Ещё, tap: more } } }\n", i)
	}
	deep := map[string]string{"flows/f4.yaml": "flow: f4\nsteps:\n  a: { end: true }\n"}
	for i, start := range []string{"start: { words: [да] }\n", "", "", ""} {
		deep[fmt.Sprintf("flows/f%d.yaml", i)] = fmt.Sprintf("flow: f%d\n%ssteps:\n  a: { run: f%d }\n  b: { end: true }\n", i, start, i+1)
	}
	long := "flow: x\nstart: { words: [да] }\nsteps:\n"
	for i := range dialogs.MaxSteps {
		long += fmt.Sprintf("  s%d: { set: { n: 1 } }\n", i)
	}
	for limit, flows := range map[string]map[string]string{
		"frames":   deep,
		"steps":    {"flows/x.yaml": long + "  end: { end: true }\n"},
		"messages": {"flows/x.yaml": many + "  end: { end: true }\nlisten:\n  - { tap: more, go: end }\n"},
	} {
		e := dialogs.New(load(t, small(flows)))
		out, err := e.Turn(dialogs.Session{}, text("да"), env(1))
		if err == nil {
			_, err = e.Turn(out.Session, text("дальше"), env(2))
		}
		var past *dialogs.LimitError
		if !errors.As(err, &past) || past.Limit != limit {
			t.Errorf("got %v, want the limit of %s", err, limit)
		}
	}
}

// A session that waits at a step the script no longer has, or in a flow that
// is gone, waits for nothing: the shopper is answered all the same.
func TestLostStep(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, long()))
	for _, s := range []dialogs.Session{
		{Flow: "long", Step: "gone", Asked: 3},
		{Flow: "gone", Step: "q1", Asked: 3},
		{Flow: "long", Step: "gone", Asked: 3, Due: now.Unix()},
		{Flow: "long", Stack: []dialogs.Frame{{Flow: "gone", Step: "q1", Asked: 2}, {Flow: "long", Step: "gone"}}},
	} {
		for _, in := range []dialogs.Input{text("что?"), {Timer: true}, {Event: &dialogs.Event{Name: "receipt.delayed"}}, {Chat: &chat.Inbound{Tap: "t3.yes"}}} {
			out, err := e.Turn(s, in, env(4))
			if err != nil || in.Chat != nil && len(out.Effects) == 0 {
				t.Errorf("%+v woken by %+v: %d effects, %v", s, in, len(out.Effects), err)
			}
			if slices.ContainsFunc(out.Effects, func(e dialogs.Effect) bool { _, promised := e.(dialogs.Remind); return promised }) {
				t.Errorf("%+v woken by %+v promises to wake a step that is gone", s, in)
			}
		}
	}
}

// A link is known by the whole of it, then by its longest beginning.
func TestLinks(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for id, link := range map[string]string{"a": "vesna*", "b": "vesna", "c": "ve*"} {
		files["flows/"+id+".yaml"] = "flow: " + id + "\nstart: { link: [\"" + link + "\"] }\nsteps:\n  ask: { ask: \"Что?\", expect: text, end: true }\n"
	}
	e := dialogs.New(load(t, small(files)))
	for payload, want := range map[string]string{"vesna": "b", "vesna2026": "a", "vera": "c", "osen": "lost"} {
		out, err := e.Turn(dialogs.Session{}, dialogs.Input{Chat: &chat.Inbound{Start: payload}}, env(1))
		if err != nil || out.Session.Flow != want {
			t.Errorf("%s begins %q, want %q, %v", payload, out.Session.Flow, want, err)
		}
	}
}

func TestResumeRefusesWhatWasNotAsked(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"flows/x.yaml": "flow: x\nstart: { words: [да] }\nsteps:\n  a:\n    call: profile.register\n    go: { done: b }\n  b: { say: Готово, end: true }\n"})))
	out, err := e.Turn(dialogs.Session{}, text("да"), env(5))
	if err != nil || out.Call == nil {
		t.Fatalf("no call: %v", err)
	}
	if want := (&dialogs.Call{Name: "profile.register", Key: "5/1"}); !cmp.Equal(out.Call, want) {
		t.Errorf("got %+v, want %+v", out.Call, want)
	}
	if _, err := e.Resume(out, dialogs.CallResult{Outcome: "bad"}, text("да"), env(5)); !errors.Is(err, dialogs.ErrOutcome) {
		t.Errorf("an outcome nobody declared: %v", err)
	}
	done, err := e.Resume(out, dialogs.CallResult{Outcome: "done", Values: map[string]expr.Value{}}, text("да"), env(5))
	if err != nil || done.Session.Step != "" || len(done.Effects) != 1 {
		t.Errorf("got %+v, %v", done, err)
	}
}

// Questions that interrupt questions come back in their order; beyond MaxStack
// the interrupting one is let go rather than the first.
func TestInterruptionsNest(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	listen := "listen:\n"
	for i := range 6 {
		files[fmt.Sprintf("flows/f%d.yaml", i)] = fmt.Sprintf("flow: f%d\nsteps:\n  ask: { ask: \"Вопрос %d?\", buttons: { ok: \"Ок\" }, end: true }\n", i, i)
		listen += fmt.Sprintf("  - { words: [слово%d], run: f%d }\n", i, i)
	}
	fsys := small(files)
	fsys["programme.yaml"].Data = append(fsys["programme.yaml"].Data, listen...)
	e := dialogs.New(load(t, fsys))
	var s dialogs.Session
	asked := func(in string, turn int64) string {
		out, err := e.Turn(s, text(in), env(turn))
		if err != nil {
			t.Fatal(err)
		}
		s = out.Session
		return s.Flow + "/" + s.Step
	}
	var got []string
	for i := range 6 {
		got = append(got, asked(fmt.Sprintf("слово%d", i), int64(i+1)))
	}
	for i := range 4 {
		got = append(got, asked("ок", int64(i+10)))
	}
	want := []string{"f0/ask", "f1/ask", "f2/ask", "f3/ask", "f4/ask", "f5/ask", "f2/ask", "f1/ask", "f0/ask", "f0/"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
