package spreadsheet

import "testing"

// TestPlain: numbers stay numbers, formulas become text.
func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"-5": "-5", "-5+2": "'-5+2", "@x": "'@x", "чай": "чай", "": "", "\tx": "'\tx"} {
		if got := Plain(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}
