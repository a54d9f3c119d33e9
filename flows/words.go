package flows

import (
	"strings"
	"unicode"
)

// Normal is how words are compared: in one case, е for ё, signs left out. A
// slash in front stays, so a command is never a word. What is nothing but
// signs, 👍 or ?, is compared by them.
func Normal(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		inWord := len(out) > 0 && out[len(out)-1] != ' '
		switch {
		case r == '/' && len(out) == 0, unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && inWord, r == '_':
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

func lower(r rune) rune {
	if r = unicode.ToLower(r); r == 'ё' {
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
