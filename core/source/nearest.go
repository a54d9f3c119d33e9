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
	if len(name) > maxName { // no slip of the pen is that long
		return best
	}
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

// maxName is the longest name in bytes that is compared with others.
const maxName = 200

// maxListed is how many names a way out lists.
const maxListed = 20

// Meant is the way out of a misspelt name: the nearest of have when there is
// one, else some of what there is.
func Meant(name string, have []string) Text {
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
