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
