package source

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns what a writer of name may have meant: the closest of have,
// or "" when nothing is close. A common beginning counts for closeness, so
// thx finds thanks.
func Nearest(name string, have []string) string {
	best, bestScore := "", 0
	if len(name) > maxName { // no slip of the pen is that long
		return best
	}
	for _, h := range have {
		a, b := []rune(strings.ToLower(name)), []rune(strings.ToLower(h))
		score := levenshtein.ComputeDistance(string(a), string(b)) - common(a, b)
		if score > max(len(a), len(b))/3 {
			continue
		}
		if sameLetters(a, b) {
			score--
		}
		if best == "" || score < bestScore {
			best, bestScore = h, score
		}
	}
	return best
}

// sameLetters says whether only their order differs.
func sameLetters(a, b []rune) bool {
	return len(a) == len(b) && slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// latin are the Latin letters that Cyrillic ones look like.
var latin = strings.NewReplacer("а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "к", "k", "і", "i", "ѕ", "s")

// maxName is the longest name in bytes that is compared with others.
const maxName = 200

// maxListed is how many names a way out lists.
const maxListed = 20

// Meant is the way out of a misspelt name: the nearest of have when there is
// one, else some of what there is.
func Meant(name string, have []string) Text {
	if near := Nearest(latin.Replace(name), have); near != "" && latin.Replace(name) != name && latin.Replace(near) == near {
		return Sentence("может быть, «%s»? Здесь русские буквы, похожие на латинские", "did you mean %q? There are Cyrillic letters here that look like Latin ones", near)
	}
	if near := Nearest(name, have); near != "" {
		return Sentence("может быть, «%s»?", "did you mean %q?", near)
	}
	if len(have) == 0 {
		return Sentence("таких здесь нет вовсе", "there are none at all here")
	}
	list := strings.Join(have[:min(len(have), maxListed)], ", ")
	if len(have) > maxListed {
		list += ", …"
	}
	return Sentence("есть: %s", "there are: %s", list)
}
