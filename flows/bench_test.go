package flows_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v3"

	"besedka/dialogs/actions"
	"besedka/flows"
)

// large is a programme with a script of 200 steps of every kind.
func large(t testing.TB) fstest.MapFS {
	files := fstest.MapFS{}
	layer(t, files, "testdata/base")
	var script strings.Builder
	script.WriteString("flow: hello\nstart: { words: [привет] }\nlisten:\n  - { words: [потом], go: bye }\nsteps:\n")
	for i := range 40 {
		fmt.Fprintf(&script, `  ask%[1]d:
    skip: profile.drink == "coffee" and receipts > %[1]d
    ask:
      - { when: segment.новичок, text: "Что вы пьёте по утрам, в который раз спрошу: %[1]d?" }
      - any: ["Кофе или чай? Бонусов у вас {balance}.", "Чай или кофе? У вас {balance} {balance|бонус|бонуса|бонусов}."]
    buttons: { coffee: "Кофе", tea: "Чай" }
    retry: ["Кофе или чай?", "Нажмите одну из кнопок."]
    save: drink
    go: { coffee: say%[1]d, tea: age%[1]d }
  say%[1]d: { say: "Кофе - это хорошо." }
  age%[1]d:
    ask: "Сколько чашек в день?"
    expect: { type: int, range: 1..20 }
    else: { too_big: { say: "Это много." } }
    set: { cups: answer + %[1]d }
  link%[1]d:
    call: link.issue
    go:
      ok: { say: "Вот ссылка: {url}." }
      limit: { say: "На сегодня ссылок хватит.", go: wait%[1]d }
  wait%[1]d:
    wait: { for: 2h, event: receipt.credited }
`, i)
	}
	script.WriteString("  bye: { say: \"До встречи!\", end: true }\n")
	files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(script.String())}
	return files
}

func check(t testing.TB, files fstest.MapFS) {
	if _, problems := flows.Load(files, actions.Vocabulary()); len(problems) > 0 {
		t.Fatal(told(problems))
	}
}

func parseYAML(t testing.TB, files fstest.MapFS) {
	for _, f := range files {
		var n yaml.Node
		if err := yaml.Unmarshal(f.Data, &n); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkCheck puts parsing and checking beside parsing the YAML alone, turn
// and turn about, so that whatever else the machine does slows both.
func BenchmarkCheck(b *testing.B) {
	files := large(b)
	var checked, parsed time.Duration
	b.ReportAllocs()
	for b.Loop() {
		begin := time.Now()
		check(b, files)
		middle := time.Now()
		parseYAML(b, files)
		checked, parsed = checked+middle.Sub(begin), parsed+time.Since(middle)
	}
	b.ReportMetric(float64(checked)/float64(parsed), "x-of-yaml")
	b.ReportMetric(float64(checked.Microseconds())/float64(b.N), "µs/check")
	b.ReportMetric(float64(allocated(func() { check(b, files) })), "B/check")
}

func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Not parallel: it counts what is allocated.
func TestCheckIsSmall(t *testing.T) {
	files := large(t)
	check(t, files)
	const most = 5 << 20
	if got := allocated(func() { check(t, files) }); got > most {
		t.Errorf("%d bytes allocated to check 200 steps, want at most %d", got, most)
	}
}
