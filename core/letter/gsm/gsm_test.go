package gsm_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"besedka/core/letter/gsm"
)

func TestParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"a", 1},
		{strings.Repeat("a", 160), 1},
		{strings.Repeat("a", 161), 2},
		{strings.Repeat("a", 306), 2},
		{strings.Repeat("a", 307), 3},
		{strings.Repeat("€", 80), 1},
		{strings.Repeat("€", 81), 2},
		{strings.Repeat("я", 70), 1},
		{strings.Repeat("я", 71), 2},
		{strings.Repeat("я", 134), 2},
		{strings.Repeat("я", 135), 3},
		{strings.Repeat("a", 69) + "я", 1},
		{strings.Repeat("a", 70) + "я", 2},
		{strings.Repeat("🎁", 35), 1}, // a pair of surrogates each
		{strings.Repeat("🎁", 36), 2},
	} {
		if got := gsm.Parts(tt.text); got != tt.want {
			t.Errorf("%.10q… of %d bytes: %d parts, want %d", tt.text, len(tt.text), got, tt.want)
		}
	}
}

// More text is never fewer parts.
func TestPartsGrow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, more := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "more")
		if a, b := gsm.Parts(text), gsm.Parts(text+more); a > b {
			t.Fatalf("%d parts, with more text %d", a, b)
		}
	})
}
