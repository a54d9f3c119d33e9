package catalogue

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A word is a run of letters, a number or a percent sign of a line's name.
type word struct {
	text string // as it stands, in small letters
	key  string // how it is compared: look-alikes are one letter
	cut  bool   // a point follows it: it may be the beginning of a longer word
}

// maxName is how much of a name is read, in bytes. Tag 1030 holds 128 characters;
// more would not fit an index of the database.
const maxName = 512

// ornaments are what tills put before the name of the goods: stars of a promo,
// marks of a category, their own number. A number of the goods' own, an EAN,
// has been read by then.
var ornaments = regexp.MustCompile(`^(?:[\s*!#]+|\[[^\]]{1,8}\]|<[^>]{1,4}>|\d{2,9}#|\d{5,9}\s)+`)

// trademarks would become letters in NFKC.
var trademarks = strings.NewReplacer("™", " ", "®", " ", "©", " ", "℠", " ")

// clean brings a name to one spelling of Unicode, without what cannot be seen.
func clean(name string) string {
	name = norm.NFKC.String(trademarks.Replace(atMost(name)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, atMost(name)) // one sign may have become many
}

func atMost(name string) string {
	return strings.ToValidUTF8(name[:min(len(name), maxName)], "")
}

// read takes a name apart: the words of its goods, and the EAN before them.
func read(name string) (words []word, ean string) {
	rest := strings.TrimSpace(clean(name))
	ean, rest = leadingEAN(rest)
	if bare := ornaments.ReplaceAllString(rest, ""); bare != "" {
		rest = bare
	}
	return split([]rune(rest)), ean
}

// split finds the words. A number keeps its decimal part: 0,33 is the word 0.33.
func split(s []rune) (words []word) {
	for i := 0; i < len(s); {
		j := i + 1
		switch {
		case digit(s[i]):
			j = number(s, i)
			text := strings.Replace(string(s[i:j]), ",", ".", 1)
			words = append(words, word{text: text, key: text})
		case unicode.IsLetter(s[i]):
			for j < len(s) && unicode.IsLetter(s[j]) {
				j++
			}
			for _, part := range apart(s[i:j]) {
				text := strings.ToLower(string(part))
				words = append(words, word{text: text, key: keyOf(text)})
			}
			words[len(words)-1].cut = j < len(s) && s[j] == '.'
		case s[i] == '%':
			words = append(words, word{text: "%", key: "%"})
		}
		i = j
	}
	return words
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// number is where the number that begins at i ends.
func number(s []rune, i int) int {
	for i < len(s) && digit(s[i]) {
		i++
	}
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && digit(s[i+1]) {
		for i++; i < len(s) && digit(s[i]); i++ {
		}
	}
	return i
}

// Normal is the name by which lines of one chain are remembered: words that mean
// the same are written the same, whatever their case, spacing, look-alikes and
// the till's ornaments. It is "" when nothing of the name can be read.
func Normal(name string) string {
	words, ean := read(name)
	if len(words) == 0 {
		return ean
	}
	keys := make([]string, len(words))
	for i, w := range words {
		keys[i] = w.key
	}
	return strings.Join(keys, " ")
}
