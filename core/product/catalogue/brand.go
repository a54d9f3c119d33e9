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
	grams []gram // of joint
}

func spell(text string) spelling {
	words, _ := read(text)
	s := spelling{text: text}
	for _, w := range words {
		s.words = append(s.words, w.key)
		s.joint += w.key
	}
	s.runes, s.grams = utf8.RuneCountInString(s.joint), gramsOf(s.joint)
	return s
}

// Lengths in letters.
const (
	longWord  = 6 // from here on words may be glued, and may have a slip
	sureBegin = 4 // an abbreviation that tells much
	someBegin = 2 // one that tells little
)

// maxGlued is how many words of a receipt one word of the catalogue may be split
// into: FuzeTea is fuzetea.
const maxGlued = 4

// find looks for the spelling outside of taken, from word to word. Only long
// spellings may be divided otherwise than the catalogue divides them: ас is not
// found in а/с.
func (s *spelling) find(n *laid, taken span) span {
	for _, at := range n.byJoint[s.joint] {
		if !at.meets(taken) && (at.words() == len(s.words) || s.runes >= longWord) {
			return at
		}
	}
	return span{}
}

// contains says whether whoever reads s reads other in it.
func (s *spelling) contains(other *spelling) bool {
	words, _ := read(s.text)
	return !other.find(lay(words, len(words)), span{}).empty()
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
func (s *spelling) nearly(n *laid, taken span) (found span, how likeness) {
	if len(s.words) >= len(n.byWords) {
		return span{}, ""
	}
	for _, at := range n.byWords[len(s.words)] {
		if at.meets(taken) {
			continue
		}
		if h := s.resembles(n, at); h != "" && worth[h] > worth[how] {
			found, how = at.span, h
		}
	}
	return found, how
}

func (s *spelling) resembles(n *laid, at stretch) likeness {
	if h := s.abbreviated(n.words[at.from:at.to]); h != "" {
		return h
	}
	switch {
	case s.runes < longWord || at.runes < longWord:
		return ""
	case max(s.runes, at.runes)-min(s.runes, at.runes) <= 1 && oneSlip([]rune(at.joint), []rune(s.joint)):
		return slip
	case alikeGrams(at.grams, s.grams):
		return like
	}
	return ""
}

// abbreviated says whether every word is that of the spelling or its beginning
// with a point.
func (s *spelling) abbreviated(words []word) likeness {
	shortest := s.runes
	for i, w := range words {
		if w.key == s.words[i] {
			continue
		}
		if !w.cut || !strings.HasPrefix(s.words[i], w.key) {
			return ""
		}
		shortest = min(shortest, utf8.RuneCountInString(w.key))
	}
	switch {
	case shortest < someBegin:
		return ""
	case shortest < sureBegin:
		return hint
	}
	return begins
}
