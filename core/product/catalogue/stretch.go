package catalogue

import (
	"strings"
	"unicode/utf8"
)

// A span is a stretch of a name's words; empty when there is none.
type span struct{ from, to int }

func (s span) empty() bool { return s.from == s.to }

func (s span) words() int { return s.to - s.from }

func (s span) meets(o span) bool { return s.from < o.to && o.from < s.to }

// A stretch is a span and what is compared of it.
type stretch struct {
	span
	joint string // the words without gaps
	runes int    // of joint
	grams []gram // of a long one
}

// A laid name is one whose stretches are at hand: a catalogue has thousands of
// spellings to compare them with.
type laid struct {
	words   []word
	byJoint map[string][]span
	byWords [][]stretch // by how many words they have
}

// lay prepares a name for spellings of up to most words.
func lay(words []word, most int) *laid {
	n := &laid{words: words, byJoint: map[string][]span{}, byWords: make([][]stretch, most+1)}
	for from := range words {
		joint := ""
		for to := from + 1; to <= min(from+most, len(words)); to++ {
			joint += words[to-1].key
			s := stretch{span: span{from, to}, joint: joint, runes: utf8.RuneCountInString(joint)}
			if s.runes >= longWord {
				s.grams = gramsOf(joint)
			}
			n.byJoint[joint] = append(n.byJoint[joint], s.span)
			n.byWords[to-from] = append(n.byWords[to-from], s)
		}
	}
	return n
}

// shown is a stretch as the receipt has it.
func (n *laid) shown(s span) string {
	texts := make([]string, 0, s.words())
	for _, w := range n.words[s.from:s.to] {
		texts = append(texts, w.text)
	}
	return strings.Join(texts, " ")
}
