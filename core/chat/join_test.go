package chat

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	caps := Caps{Text: Limit{10, Rune}, Joined: Limit{20, Rune}}
	kb := &Keyboard{Kind: Inline, Rows: [][]Button{{{Title: "Да", Token: "yes"}}}}
	list := &Keyboard{Kind: List, Rows: kb.Rows}
	cow := &Media{Path: "cow.jpg"}
	for _, tt := range []struct {
		name     string
		in, want []Wire
	}{
		{"texts", []Wire{{Text: "раз"}, {Text: "два", Thread: "t"}}, []Wire{{Text: "раз\n\nдва"}}},
		{"a keyboard last", []Wire{{Text: "раз"}, {Text: "два", Keyboard: kb}}, []Wire{{Text: "раз\n\nдва", Keyboard: kb}}},
		{"a keyboard first", []Wire{{Text: "раз", Keyboard: kb}, {Text: "два"}}, []Wire{{Text: "раз", Keyboard: kb}, {Text: "два"}}},
		{"too long over a keyboard", []Wire{{Text: "раз два"}, {Text: "три", Keyboard: kb}}, []Wire{{Text: "раз два"}, {Text: "три", Keyboard: kb}}},
		{"not too long without", []Wire{{Text: "раз два"}, {Text: "три"}}, []Wire{{Text: "раз два\n\nтри"}}},
		{"too long", []Wire{{Text: "раз два три"}, {Text: "четыре пять"}}, []Wire{{Text: "раз два три"}, {Text: "четыре пять"}}},
		{"a picture", []Wire{{Text: "раз"}, {Text: "два", Media: cow}, {Text: "три"}}, []Wire{{Text: "раз"}, {Text: "два", Media: cow}, {Text: "три"}}},
		{"a picture over a list", []Wire{{Text: "два", Media: cow, Keyboard: list}}, []Wire{{Media: cow}, {Text: "два", Keyboard: list}}},
		{"one alone", []Wire{{Text: "раз", Thread: "t"}}, []Wire{{Text: "раз", Thread: "t"}}},
	} {
		if diff := cmp.Diff(tt.want, Join(tt.in, caps)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if got := Join([]Wire{{Text: "раз"}, {Text: "два"}}, CapsOf(Telegram)); len(got) != 2 {
		t.Errorf("where messages cost nothing they become %d, want 2", len(got))
	}
}

// TestJoinLosesNothing: whatever a turn says, each word is said once, in its
// order, in messages that fit.
func TestJoinLosesNothing(t *testing.T) {
	t.Parallel()
	caps := CapsOf(WhatsApp)
	rapid.Check(t, func(t *rapid.T) {
		var wires []Wire
		for range rapid.IntRange(1, 6).Draw(t, "messages") {
			m := Message{Text: strings.Repeat(rapid.StringMatching(`([а-я👍]{1,9}[ .\n]){1,20}`).Draw(t, "text"), rapid.IntRange(1, 60).Draw(t, "times"))}
			for i := range rapid.IntRange(0, 12).Draw(t, "buttons") {
				m.Buttons = append(m.Buttons, Button{Title: "к" + strings.Repeat("н", i), Token: "t"})
			}
			if rapid.Bool().Draw(t, "picture") {
				m.Media = &Media{Path: "cow.jpg"}
			}
			wires = append(wires, Degrade(m, caps)...)
		}
		joined := Join(wires, caps)
		if want, got := said(wires), said(joined); want != got {
			t.Fatalf("said %q, want %q", got, want)
		}
		for _, w := range joined {
			limit := caps.Joined
			if w.Keyboard != nil && w.Keyboard.Kind != Numbered {
				limit = caps.Text
			}
			if !limit.fits(w.Text) {
				t.Fatalf("%d characters, at most %d fit", limit.size(w.Text), limit.Max)
			}
		}
	})
}

// said is all that is said, with the keys and the pictures where they stand.
func said(wires []Wire) string {
	var b strings.Builder
	for _, w := range wires {
		if w.Media != nil {
			b.WriteString(" <picture>")
		}
		b.WriteString(" " + strings.Join(strings.Fields(w.Text), " "))
		if w.Keyboard != nil {
			b.WriteString(" <keys>")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
