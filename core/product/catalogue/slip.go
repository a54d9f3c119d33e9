package catalogue

import "slices"

// oneSlip says whether a and b differ, and by one slip of the pen: a letter
// wrong, missing, too many, or two neighbours swapped (a distance of 1 after
// Damerau and Levenshtein).
func oneSlip(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	case len(a) > 1 || len(b) > 1:
		return false
	}
	return len(a)+len(b) > 0
}

// A gram is three letters in one number.
type gram uint64

// gramsOf are the trigrams of a word with two gaps before it and one behind it, as
// pg_trgm counts them: sorted, each once.
func gramsOf(word string) []gram {
	padded := []rune("  " + word + " ")
	grams := make([]gram, 0, len(padded))
	for i := 0; i+3 <= len(padded); i++ {
		grams = append(grams, gram(padded[i])<<42|gram(padded[i+1])<<21|gram(padded[i+2]))
	}
	slices.Sort(grams)
	return slices.Compact(grams)
}

// alikeGrams says whether two words have at least 55 % of all their trigrams in
// common (Jaccard).
func alikeGrams(a, b []gram) bool {
	if 100*min(len(a), len(b)) < 55*max(len(a), len(b)) {
		return false
	}
	common, all := 0, len(a)+len(b)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			common++
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return 100*common >= 55*(all-common)
}
