package flows

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normal is how words are compared: in one case, е for ё, signs left out. A
// slash in front stays, so a command is never a word. What is nothing but
// signs, 👍 or ?, is compared by them.
func Normal(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range composed(s) {
		inWord := len(out) > 0 && out[len(out)-1] != ' '
		switch {
		case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r): // what makes a key of a digit: 2️⃣
		case unicode.IsDigit(r):
			out = append(out, digit(r))
		case r == '/' && len(out) == 0, unicode.IsLetter(r), unicode.IsMark(r) && inWord, r == '_':
			out = append(out, lower(r))
		case inWord:
			out = append(out, ' ')
		}
	}
	if len(out) == 0 {
		return signs(s)
	}
	return strings.TrimSuffix(string(out), " ")
}

// composed is s without the ways in which one letter or digit may be written
// (Unicode Annex 15, NFKC). Signs would become letters by it: №, ™.
func composed(s string) string {
	s = strings.ReplaceAll(s, "🔟", "10")
	if norm.NFKC.IsNormalString(s) {
		return s
	}
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.So, r) {
			return ' '
		}
		return r
	}, s))
}

// digit is the decimal digit of any script as ours. Unicode keeps the ten of a
// script side by side, from zero on.
func digit(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + (r-rune(run.Lo))%10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + (r-rune(run.Lo))%10
		}
	}
	return r
}

// lower folds case: of two capitals that are one letter, both their small forms
// are the same too (ς, σ).
func lower(r rune) rune {
	if r = unicode.ToLower(unicode.ToUpper(r)); r == 'ё' {
		return 'е'
	}
	return r
}

// signs leaves out what keyboards add to a sign unasked: spaces, colour of the
// skin, the mark of a coloured picture.
func signs(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Z, unicode.M, unicode.C, unicode.Sk) {
			return -1
		}
		return r
	}, s)
}

// keys are the same keys in two layouts.
var keys = layouts("`qwertyuiop[]asdfghjkl;'zxcvbnm,.", "ёйцукенгшщзхъфывапролджэячсмитьбю")

func layouts(latin, cyrillic string) map[rune]rune {
	same := map[rune]rune{}
	other := []rune(cyrillic)
	for i, r := range []rune(latin) {
		same[r], same[other[i]] = other[i], r
	}
	return same
}

// maxSlip is how much somebody writes before they look up.
const maxSlip = 60

// OtherLayout is what the same keys write in the other layout, as words are
// compared: «lf» is «да», «ьутг» is "menu". It is "" for what is long, or has no
// letter to change.
func OtherLayout(s string) string {
	if len(s) > maxSlip {
		return ""
	}
	changed := false
	out := strings.Map(func(r rune) rune {
		if other, ok := keys[unicode.ToLower(r)]; ok {
			changed = changed || unicode.IsLetter(r)
			return other
		}
		return r
	}, s)
	if !changed {
		return ""
	}
	return Normal(out)
}
