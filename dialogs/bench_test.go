package dialogs_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/flows/programme"
)

var now = time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)

func load(tb testing.TB, fsys fs.FS) *flows.Programme {
	tb.Helper()
	p, problems := flows.Load(fsys, actions.Vocabulary())
	for _, problem := range problems {
		tb.Error(problem)
	}
	if p == nil {
		tb.FailNow()
	}
	return p
}

const questions = 200

// long is a programme with one flow of so many questions.
func long() fstest.MapFS {
	var b strings.Builder
	b.WriteString("flow: long\nstart: { any: true }\nsteps:\n")
	for i := range questions {
		fmt.Fprintf(&b, "  q%d:\n    ask: { any: [\"Вопрос %d?\", \"Ещё вопрос, %d.\"] }\n    expect: { type: text, max: 80 }\n    retry: [\"Напишите словами.\"]\n    set: { last: answer }\n", i, i, i)
	}
	b.WriteString("  bye: { say: \"Спасибо, {last}!\", end: true }\n")
	return small(map[string]string{"flows/long.yaml": b.String()})
}

// small is a programme of the given files and what every programme must have.
func small(files map[string]string) fstest.MapFS {
	all := map[string]string{
		"programme.yaml":  "name: Тест\nlanguages: [ru]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\nquiet: { from: \"22:00\", to: \"9:00\" }\ndefaults: { retry: \"Не поняла.\" }\nconsents:\n  personal_data: { title: Согласие, text: Текст }\n",
		"profile.yaml":    "fields:\n  name: { type: name, sealed: true, title: Имя }\n  city: { type: text, title: Город }\n  drinks: { type: multi, title: Пьёт, options: { tea: Чай, coffee: Кофе } }\n",
		"segments.yaml":   "казанцы: profile.city == \"Казань\"\n",
		"flows/lost.yaml": "flow: lost\nsteps:\n  say: { say: \"Не поняла.\", end: true }\n",
	}
	for name, text := range files {
		all[name] = text
	}
	fsys := fstest.MapFS{}
	for name, text := range all {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// question is an engine with a session that waits for an answer.
type question struct {
	engine  *dialogs.Engine
	session dialogs.Session
	answer  dialogs.Input
	env     dialogs.Env
}

func (q question) turn(tb testing.TB) dialogs.Outcome {
	out, err := q.engine.Turn(q.session, q.answer, q.env)
	if err != nil || len(out.Effects) == 0 {
		tb.Fatalf("turn: %d effects, %v", len(out.Effects), err)
	}
	return out
}

func text(s string) dialogs.Input { return dialogs.Input{Chat: &chat.Inbound{Text: s}} }

// shipped waits for the birth date in the shipped onboarding.
func shipped(tb testing.TB) question {
	facts := dialogs.Facts{
		"registered": expr.BoolOf(false), "checking": expr.CountOf(1), "receipts": expr.CountOf(0), "channel": expr.TextOf("telegram"),
		"consent.personal_data": expr.BoolOf(true), "profile.name": expr.TextOf("Анна"), "today": expr.DateOf(now),
	}
	q := question{engine: dialogs.New(load(tb, programme.Files)), answer: text("/start")}
	q.env = dialogs.Env{Now: now, Turn: 1, Seed: 7, Lang: "ru", Channel: chat.Telegram, Facts: facts.Look}
	q.session = q.turn(tb).Session
	q.env.Turn, q.answer = 2, text("12.05.1990")
	return q
}

// at waits for the answer to question n of the long flow, after all before it.
func at(tb testing.TB, n int) question {
	q := question{engine: dialogs.New(load(tb, long())), answer: text("ответ")}
	q.env = dialogs.Env{Now: now, Turn: 1, Seed: 7, Lang: "ru", Channel: chat.Telegram}
	for range n {
		q.session = q.turn(tb).Session
		q.env.Turn++
	}
	return q
}

// Bars of one turn. Other engines need 1,000 and more allocations for the same.
const (
	maxAllocs = 150
	maxBytes  = 16 << 10
)

// A turn costs the same however deep in the script it happens.
func TestTurnCost(t *testing.T) {
	const runs = 300
	cost := func(q question) (allocs, bytes float64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocs = testing.AllocsPerRun(runs, func() { q.turn(t) })
		runtime.ReadMemStats(&after)
		return allocs, float64(after.TotalAlloc-before.TotalAlloc) / (runs + 1) // it runs once more to warm up
	}
	measure := func(name string, q question) (allocs, bytes float64) {
		allocs, bytes = cost(q)
		t.Logf("%s: %.0f allocations, %.0f bytes", name, allocs, bytes)
		if allocs > maxAllocs || bytes > maxBytes {
			t.Errorf("%s: %.0f allocations and %.0f bytes a turn, at most %d and %d are allowed", name, allocs, bytes, maxAllocs, maxBytes)
		}
		return allocs, bytes
	}
	measure("shipped", shipped(t))
	allocs3, bytes3 := measure("question 3", at(t, 3))
	allocs199, bytes199 := measure("question 199", at(t, 199))
	if allocs199 > 1.1*allocs3 || bytes199 > 1.1*bytes3 {
		t.Errorf("question 199 costs more than 1.1 of question 3")
	}
}

// BenchmarkTurn measures one answered question, beside what reading and
// writing a session of 200 bytes as JSON costs.
func BenchmarkTurn(b *testing.B) {
	bench := func(name string, prepare func(tb testing.TB) question) {
		b.Run(name, func(b *testing.B) {
			q := prepare(b)
			b.ReportAllocs()
			for b.Loop() {
				q.turn(b)
			}
		})
	}
	bench("shipped", shipped)
	bench("question=3", func(tb testing.TB) question { return at(tb, 3) })
	bench("question=199", func(tb testing.TB) question { return at(tb, 199) })
	b.Run("json=200B", func(b *testing.B) {
		s := dialogs.Session{
			Flow: "onboarding", Step: "birthday", Asked: 12, Said: []uint64{13194139533312, 8796093022208},
			Vars:  map[string]expr.Value{"last": expr.TextOf("ответ на вопрос"), "sum": expr.MoneyOf(128450)},
			Stack: []dialogs.Frame{{Flow: "receipt", Step: "taken", Asked: 11}},
		}
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(s)
			if err != nil {
				b.Fatal(err)
			}
			var back dialogs.Session
			if err := json.Unmarshal(text, &back); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
		}
	})
}
