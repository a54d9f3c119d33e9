package catalogue

import (
	"strings"
	"unicode"
)

// alike turns the Latin letters that tills mix into Cyrillic words into what
// they look like. It is done to every word, of the catalogue and of the receipt,
// so nothing depends on which letter was meant.
var alike = strings.NewReplacer(
	"a", "а", "c", "с", "e", "е", "o", "о", "p", "р", "x", "х", "y", "у", "k", "к", "m", "м", "t", "т", "b", "в", "h", "н",
	"ё", "е",
)

// keyOf is how a text in small letters is compared.
func keyOf(text string) string { return alike.Replace(text) }

// side is the script that a letter can only be of: 'c' or 'l', 0 when it has a
// look-alike in the other or is of neither.
func side(r rune) rune {
	low := unicode.ToLower(r)
	switch {
	case strings.ContainsRune("асеорхукмтвн", low), strings.ContainsRune("aceopxykmtbh", low):
		return 0
	case unicode.Is(unicode.Cyrillic, low):
		return 'c'
	case unicode.Is(unicode.Latin, low):
		return 'l'
	}
	return 0
}

// apart splits a run of letters that two words were glued into: where small
// letters become capital ones, and where one script becomes the other and not
// only by look-alikes. Kурица is one word, ДобрыйPulpy are two.
func apart(run []rune) (parts [][]rune) {
	begin, last := 0, rune(0)
	for i, r := range run {
		if i > begin && camel(run[i-1], r) {
			parts, begin, last = append(parts, run[begin:i]), i, 0
		}
		now := side(r)
		if now != 0 && last != 0 && now != last {
			at := border(run, begin, i)
			parts, begin = append(parts, run[begin:at]), at
		}
		if now != 0 {
			last = now
		}
	}
	return append(parts, run[begin:])
}

// camel says whether a new word begins with r. A capital of the other script is
// a look-alike more often than a beginning; border knows better.
func camel(before, r rune) bool {
	return unicode.IsLower(before) && unicode.IsUpper(r) && unicode.Is(unicode.Cyrillic, before) == unicode.Is(unicode.Cyrillic, r)
}

// border is where the script changes before i, the first letter that is surely
// of the other one: walking back over look-alikes of that script.
func border(run []rune, begin, i int) int {
	for i-1 > begin && side(run[i-1]) == 0 && unicode.Is(unicode.Cyrillic, run[i-1]) == unicode.Is(unicode.Cyrillic, run[i]) {
		i--
	}
	return i
}
