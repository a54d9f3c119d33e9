package catalogue

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

// trigrams are the runs of three letters of a word with two gaps before it and
// one behind it, as pg_trgm counts them.
func trigrams(word string) map[string]bool {
	padded := []rune("  " + word + " ")
	set := make(map[string]bool, len(padded))
	for i := 0; i+3 <= len(padded); i++ {
		set[string(padded[i:i+3])] = true
	}
	return set
}

// alikeTrigrams says whether two words have at least 55 % of all their trigrams
// in common (Jaccard).
func alikeTrigrams(a, b string) bool {
	as, bs := trigrams(a), trigrams(b)
	common := 0
	for t := range as {
		if bs[t] {
			common++
		}
	}
	return 100*common >= 55*(len(as)+len(bs)-common)
}
