package member

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameWords are the words of names as they compare: in no order, whatever the case, accents
// and ё, in Latin letters as in passports (ICAO Doc 9303, part 3, section 6) but for what
// people write otherwise there: y, j and doubled letters.
func nameWords(names ...string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(norm.NFKD.String(strings.ToLower(strings.Join(names, " "))), apart) {
		if word = spelled(word); word != "" {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return words
}

// apart says whether a character stands between words; accents stand on letters.
func apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' }

func spelled(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch latin, known := passport[r]; {
		case known:
			b.WriteString(latin)
		case unicode.IsLetter(r):
			b.WriteRune(r)
		}
	}
	return single(alike.Replace(b.String()))
}

// alike makes one of what is written in two ways.
var alike = strings.NewReplacer("kh", "h", "x", "ks", "y", "i", "j", "i")

// single leaves one of letters that stand beside their like.
func single(word string) string {
	return string(slices.Compact([]rune(word)))
}

// passport has no й and no ё: they are и and е with a sign above, which is left out.
var passport = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'к': "k", 'л': "l", 'м': "m",
	'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh",
	'щ': "shch", 'ъ': "ie", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'і': "i", 'є': "ie", 'ґ': "g",
}
