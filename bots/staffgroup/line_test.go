package staffgroup

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/support/topic"
	"besedka/flows"
)

// TestEveryTextIsALine: whatever anybody says becomes one line that a message has room
// for, which begins as it is to, and in which nothing else begins.
func TestEveryTextIsALine(t *testing.T) {
	t.Parallel()
	g := New(Config{Programme: func() *flows.Programme { return &flows.Programme{Location: time.UTC} }})
	at := time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
			"я", "💬 Анна 09:05  ", "\n", "\r", "\u2028", "\u202e", "\x00", "\xff", "👩\u200d👧", "  ",
		}), 0, 4000), func(parts []string) string { return strings.Join(parts, "") })).Draw(t, "text")
		got := g.lineText("👤", at, text)
		if n := units(got); n > maxText-100 {
			t.Fatalf("%d units", n)
		}
		first, rest, more := strings.Cut(got, "\n")
		if !strings.HasPrefix(first, "👤 09:05  ") {
			t.Fatalf("it begins with %q", first)
		}
		for _, l := range strings.Split(rest, "\n") {
			if more && !strings.HasPrefix(l, "│ ") {
				t.Fatalf("a line of its own: %q", l)
			}
		}
		if strings.ContainsAny(got, "\r\x00\u2028\u202e") {
			t.Fatalf("what nobody sees is left in %q", got)
		}
	})
}

// TestLinesTogether: however many lines wait, they go in messages that have room for them,
// in their order, none left out and none twice; a file and an answer go by themselves.
func TestLinesTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "lines")
		all := make([]line, n)
		for i := range all {
			all[i] = line{Line: topic.Line{ID: int64(i)}, text: strings.Repeat("я", rapid.IntRange(1, maxLine).Draw(t, "length"))}
			all[i].answers = rapid.SampledFrom([]int64{0, 0, 0, 7}).Draw(t, "answers")
			if rapid.IntRange(0, 4).Draw(t, "file") == 0 {
				all[i].blob = "1"
			}
		}
		for next := 0; next < n; {
			some := together(all[next:])
			size := len(some) - 1
			for i, l := range some {
				if l.ID != int64(next+i) || i > 0 && (l.blob != "" || l.answers != some[0].answers) {
					t.Fatalf("%+v goes with %+v", l.Line, some[0].Line)
				}
				size += units(l.text)
			}
			if len(some) == 0 || size > maxText {
				t.Fatalf("%d lines of %d units go together", len(some), size)
			}
			next += len(some)
		}
	})
}
