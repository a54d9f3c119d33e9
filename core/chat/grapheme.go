package chat

import (
	"unicode"
	"unicode/utf8"
)

// grapheme is the length in bytes of what a reader takes for the first
// character of s, after Unicode Annex 29 with one simplification: a zero width
// joiner joins whatever follows, not emoji alone.
func grapheme(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	flag := regional(r)
	for n < len(s) {
		next, w := utf8.DecodeRuneInString(s[n:])
		switch {
		case r == '\r' && next == '\n', r == joiner, extends(next), hangul(r, next):
		case flag && regional(next): // two letters make a flag, a third begins another
			flag = false
		default:
			return n
		}
		r = next
		n += w
	}
	return n
}

const (
	joiner    = '\u200d'
	nonJoiner = '\u200c'
)

// extends says whether r belongs to the character before it: a combining mark,
// a variation selector, a joiner, a skin tone, a letter of a tag.
func extends(r rune) bool {
	return r == joiner || r == nonJoiner || unicode.Is(unicode.M, r) ||
		r >= 0x1F3FB && r <= 0x1F3FF ||
		r >= 0xE0020 && r <= 0xE007F
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// hangul says whether two conjoining jamo make one syllable (rules GB6-GB8).
func hangul(a, b rune) bool {
	leading := a >= 0x1100 && a <= 0x115F
	vowel := a >= 0x1160 && a <= 0x11A7
	trailing := a >= 0x11A8 && a <= 0x11FF
	syllable := a >= 0xAC00 && a <= 0xD7A3
	switch {
	case b >= 0x1100 && b <= 0x115F || b >= 0xAC00 && b <= 0xD7A3:
		return leading
	case b >= 0x1160 && b <= 0x11A7:
		return leading || vowel || syllable
	case b >= 0x11A8 && b <= 0x11FF:
		return vowel || trailing || syllable
	}
	return false
}

func firstRune(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
