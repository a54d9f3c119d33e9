package flows_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/core/source"
	"besedka/flows"
)

// Files that would eat a machine are told about at a place of theirs, in few
// words and little memory. Not parallel: it counts what is allocated.
func TestHostileFolders(t *testing.T) {
	const mega = 1 << 20
	begin := "flow: hello\nstart: { words: [привет] }\nsteps:\n"
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(line, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := range 20 {
		bomb += fmt.Sprintf("a%d: &a%[1]d [%s]\n", i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	tests := []struct {
		name, text string
		code       string
		megabytes  uint64
	}{
		{"aliases of aliases", bomb, "L105", 20},
		{"nothing but aliases", "a: &a x\nb: [" + many(200_000, "*a, ") + "x]", "L106", 300},
		{"a file of 10 MB", begin + "  a: { say: \"" + strings.Repeat("ж", 5*mega) + "\" }", "L106", 20},
		{"a file of nothing but signs", strings.Repeat("%", 10*mega), "L106", 20},
		{"brackets in brackets", begin + "  a: " + strings.Repeat("[", 100_000), "L106", 100},
		{"braces in braces", begin + "  a: " + strings.Repeat("{a: ", 100_000), "L106", 100},
		{"dashes in dashes", strings.Repeat("- ", 200_000), "L106", 100},
		{"a million steps", begin + many(1_000_000, "  a#: {}\n"), "L106", 60},
		{"as many steps as a file holds", begin + many(24_000, "  a#: { say: x }\n"), "L125", 300},
		{"as many keys as a file holds", begin + "  a:\n" + many(40_000, "    k#: x\n"), "L103", 300},
		{"as many ways to nowhere as a file holds", begin + many(499, "  a#: { say: x }\n") + "  a:\n    ask: x\n    buttons: { b: B }\n    go:\n" + many(40_000, "      k#: nowhere\n") + "  z: { end: true }", "L121", 300},
		{"as many names of nothing as a file holds", begin + "  a:\n    say:\n" + many(14_000, "      - { when: a_long_name_of_nothing_# == 1, text: x }\n"), "L112", 300},
		{"all names of nothing on one line", begin + "  a: { say: [" + many(14_000, "{ when: a_long_name_of_nothing_# == 1, text: x }, ") + "] }\n", "L112", 300},
		{"as many cases as a file holds", begin + "  a:\n    say:\n" + many(16_000, "      - { when: receipts > # and registered, text: x }\n"), "L125", 300},
		{"cases that are slow to try", begin + strings.ReplaceAll(many(350, "  a#:\n    say:\n@"), "@", many(25, "      - { when: (receipts > # or registered) and channel != \"x\" and today > \"2026-01-01\", text: x }\n")), "L207", 500},
		{"names of nothing in a text", begin + "  a: { say: ['" + many(100_000, "{n#}") + "'] }\n", "L125", 60},
		{"names of nothing in short texts", begin + "  a:\n    say:\n" + many(40_000, "      - '{n#}'\n"), "L112", 300},
		{"each variable waits for the next", begin + many(14_000, "  a#: { set: { v#: v1# + 1 } }\n"), "L125", 300},
		{"each variable of a step waits for another", begin + "  a:\n    set:\n" + many(40_000, "      v#: v1# + 1\n"), "L125", 300},
		{"ways from as many buttons as a file holds", begin + "  a:\n    ask: x\n    buttons:\n" + many(20_000, "      k#: K\n") + "    go:\n" + many(20_000, "      k#: a\n"), "L125", 300},
		{"ways from as many shares as a file holds", begin + "  a:\n    split:\n" + many(20_000, "      k#: 1\n") + "    go:\n" + many(20_000, "      k#: a\n"), "L125", 300},
		{"as many things to listen to as a file holds", "flow: hello\nlisten:\n" + many(12_000, "  - { words: [w#], go: a0 }\n") + "steps:\n" + many(400, "  a#: { ask: x, expect: text }\n"), "L125", 300},
		{"a long pattern", begin + "  a: { ask: x, expect: { type: regex, pattern: '" + strings.Repeat("(a{1,999})*", 60_000) + "' } }", "L125", 30},
		{"a pattern that unfolds", begin + "  a: { ask: x, expect: { type: regex, pattern: '((((a{9}){9}){9}){9}){9}' } }", "L127", 30},
		{"a long name of nothing", begin + "  a: { go: " + strings.Repeat("a", mega/2) + " }", "L121", 60},
		{"a long condition", begin + "  a: { skip: '" + strings.Repeat("(", 100_000) + "', end: true }", "L111", 30},
		{"a deep condition", begin + "  a: { skip: '" + strings.Repeat("not ", 450) + "registered', end: true }", "", 30},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			layer(t, files, "testdata/base")
			files["flows/hello.yaml"] = &fstest.MapFile{Data: []byte(tt.text)}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, problems := flows.Load(files, vocabulary)
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) / mega; got > tt.megabytes {
				t.Errorf("%d MB allocated, want at most %d", got, tt.megabytes)
			}
			wantTold(t, problems, tt.code, strings.Count(tt.text, "\n")+1)
		})
	}
}

// wantTold wants a problem of that code, at a line of the file, and not more
// words than somebody could read.
func wantTold(t *testing.T, problems []*source.Problem, code string, lines int) {
	t.Helper()
	found, length := code == "", 0
	for _, p := range problems {
		found = found || p.Code == code && p.File == "flows/hello.yaml" && p.Line >= 1 && p.Line <= lines && p.Col >= 1
		length = max(length, len([]rune(p.In("ru"))))
	}
	if !found || len(problems) > source.MaxProblems || length > 2000 {
		first := fmt.Sprintf("%.2000s", told(problems))
		t.Errorf("no %s, or %d problems of up to %d characters: %s", code, len(problems), length, first)
	}
}

// A folder of as many flows as there may be, each of which runs the next.
func TestLongestCircle(t *testing.T) {
	files := fstest.MapFS{}
	layer(t, files, "testdata/base")
	const most = 400
	for i := range most {
		name := fmt.Sprintf("f%03d", i)
		text := fmt.Sprintf("flow: %s\nstart: { words: [%[1]s] }\nlisten: [{ words: [раз], run: f%03[2]d }]\nsteps:\n", name, (i+most-1)%most)
		for step := range 40 {
			text += fmt.Sprintf("  s%d: { run: f%03d }\n", step, (i+most-1-step)%most)
		}
		files["flows/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text + "  z: { end: true }\n")}
	}
	_, problems := flows.Load(files, vocabulary)
	wantTold(t, problems, "", 0)
	if !slices.ContainsFunc(problems, func(p *source.Problem) bool { return p.Code == "L201" }) {
		t.Errorf("%.500s", told(problems))
	}
}

// Four times the folder takes four times the work, in whichever order its flows
// hang together.
func TestCheckGrowsWithTheFolder(t *testing.T) {
	const steps = 60
	chain := func(of, first, step int) fstest.MapFS { // each flow runs the next of the chain
		files := fstest.MapFS{}
		layer(t, files, "testdata/base")
		for i := range of {
			at := first + i*step
			text := fmt.Sprintf("flow: f%03d\nsteps:\n", at)
			if i == 0 {
				text = fmt.Sprintf("flow: f%03d\nstart: { words: [раз] }\nsteps:\n", at)
			}
			for n := range steps {
				text += fmt.Sprintf("  s%d: { split: { a: 50, b: 50 }, go: { a: s%d, b: s%[2]d } }\n", n, n+1)
			}
			if text += fmt.Sprintf("  s%d: ", steps); i < of-1 {
				text += fmt.Sprintf("{ run: f%03d, end: true }\n", at+step)
			} else {
				text += "{ end: true }\n"
			}
			files[fmt.Sprintf("flows/f%03d.yaml", at)] = &fstest.MapFile{Data: []byte(text)}
		}
		return files
	}
	for name, folder := range map[string]func(of int) fstest.MapFS{
		"down the alphabet": func(of int) fstest.MapFS { return chain(of, 0, 1) },
		"up the alphabet":   func(of int) fstest.MapFS { return chain(of, of-1, -1) },
	} {
		t.Run(name, func(t *testing.T) {
			once := func(of int) uint64 {
				files := folder(of)
				return allocations(func() { flows.Load(files, vocabulary) })
			}
			once(40)
			if a, b := once(40), once(160); b > 5*a {
				t.Errorf("%d allocations to check 40 flows, %d to check 160", a, b)
			}
		})
	}
}

// allocations counts them: unlike time it does not depend on the machine.
func allocations(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
