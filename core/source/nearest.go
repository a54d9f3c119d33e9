package source

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns what a writer of name may have meant: the closest of have,
// or "" when nothing is close. A common beginning counts for closeness, so
// thx finds thanks.
func Nearest(name string, have []string) string {
	best, bestScore := "", 0
	for _, h := range have {
		a, b := []rune(strings.ToLower(name)), []rune(strings.ToLower(h))
		score := levenshtein.ComputeDistance(string(a), string(b)) - common(a, b)
		if score > max(len(a), len(b))/3 {
			continue
		}
		if best == "" || score < bestScore {
			best, bestScore = h, score
		}
	}
	return best
}

func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Meant is the way out of a misspelt name: the nearest of have when there is
// one, else all of them.
func Meant(name string, have []string) Text {
	if near := Nearest(name, have); near != "" {
		return Sentence("может быть, «%s»?", "did you mean %q?", near)
	}
	if len(have) == 0 {
		return Text{}
	}
	list := strings.Join(have, ", ")
	return Sentence("есть: %s", "there are: %s", list)
}
