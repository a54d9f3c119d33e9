package catalogue

import (
	"strings"
	"unicode/utf8"
)

// A spelling is one of the ways in which a word or several are written.
type spelling struct {
	text  string // as the catalogue has it
	words []string
	joint string // the words without gaps
	runes int    // of joint
}

func spell(text string) spelling {
	words, _ := read(text)
	s := spelling{text: text}
	for _, w := range words {
		s.words = append(s.words, w.key)
		s.joint += w.key
	}
	s.runes = utf8.RuneCountInString(s.joint)
	return s
}

// Lengths in letters.
const (
	longWord  = 6 // from here on words may be glued, and may have a slip
	sureBegin = 4 // an abbreviation that tells much
	someBegin = 2 // one that tells little
)

// A span is a stretch of a name's words; empty when there is none.
type span struct{ from, to int }

func (s span) empty() bool { return s.from == s.to }

func (s span) meets(o span) bool { return s.from < o.to && o.from < s.to }

// spans visits the stretches of up to most words in order until visit is content.
func spans(words []word, most int, visit func(span) bool) {
	for from := range words {
		for to := from + 1; to <= min(from+most, len(words)); to++ {
			if visit(span{from, to}) {
				return
			}
		}
	}
}

func joint(words []word, s span) string {
	var b strings.Builder
	for _, w := range words[s.from:s.to] {
		b.WriteString(w.key)
	}
	return b.String()
}

// shown is a stretch as the receipt has it.
func shown(words []word, s span) string {
	texts := make([]string, 0, s.to-s.from)
	for _, w := range words[s.from:s.to] {
		texts = append(texts, w.text)
	}
	return strings.Join(texts, " ")
}

// maxGlued is how many words of a receipt one word of the catalogue may be split
// into: FuzeTea is fuzetea.
const maxGlued = 4

// find looks for the spelling outside of taken, from word to word. Only long
// spellings may be divided otherwise than the catalogue divides them: ас is not
// found in а/с.
func (s spelling) find(words []word, taken span) (found span) {
	spans(words, max(len(s.words), maxGlued), func(at span) bool {
		same := at.to-at.from == len(s.words)
		if at.meets(taken) || !same && s.runes < longWord || joint(words, at) != s.joint {
			return false
		}
		found = at
		return true
	})
	return found
}

// A likeness is how a name may show a brand.
type likeness string

// The likenesses, surest first.
const (
	exact  likeness = "exact"
	begins likeness = "begins" // прост. for простоквашино
	slip   likeness = "slip"   // one letter wrong, missing, too many or swapped with its neighbour
	like   likeness = "like"   // most of its trigrams
	hint   likeness = "hint"   // бр. for бренд
)

// worth is what a likeness counts for, in hundredths. What only resembles the
// brand is never accepted by itself, however well all else fits: a common word
// or another brand may resemble it as well.
var worth = map[likeness]int{exact: 50, begins: 30, slip: 30, like: 30, hint: 10}

// nearly looks for what resembles the spelling, outside of taken.
func (s spelling) nearly(words []word, taken span) (found span, how likeness) {
	spans(words, max(len(s.words), 1), func(at span) bool {
		if at.meets(taken) || at.to-at.from != len(s.words) {
			return false
		}
		if h := s.resembles(words[at.from:at.to]); h != "" && worth[h] > worth[how] {
			found, how = at, h
		}
		return false
	})
	return found, how
}

func (s spelling) resembles(words []word) likeness {
	if h := s.abbreviated(words); h != "" {
		return h
	}
	text := joint(words, span{0, len(words)})
	length := utf8.RuneCountInString(text)
	switch {
	case s.runes < longWord || length < longWord:
		return ""
	case oneSlip([]rune(text), []rune(s.joint)):
		return slip
	case alikeTrigrams(text, s.joint):
		return like
	}
	return ""
}

// abbreviated says whether every word is that of the spelling or its beginning
// with a point.
func (s spelling) abbreviated(words []word) likeness {
	shortest := s.runes
	for i, w := range words {
		if w.key == s.words[i] {
			continue
		}
		n := utf8.RuneCountInString(w.key)
		if !w.cut || n < someBegin || !strings.HasPrefix(s.words[i], w.key) {
			return ""
		}
		shortest = min(shortest, n)
	}
	if shortest < sureBegin {
		return hint
	}
	return begins
}

// contains says whether whoever reads s reads other in it.
func (s spelling) contains(other spelling) bool {
	words, _ := read(s.text)
	return !other.find(words, span{}).empty()
}
