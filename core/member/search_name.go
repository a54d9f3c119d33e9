package member

import (
	"encoding/binary"
	"slices"
	"strings"

	"besedka/core/seal"
)

// Limits of the marks of a name.
const (
	markFrom  = 2  // letters from which the beginning of a word is marked
	maxWords  = 8  // of a name
	maxLetter = 16 // of a word; what follows is not looked for
)

// nameMarks are the marks of all that the words of a name begin with.
func nameMarks(keys *seal.Keyring, words []string) []int64 {
	marks := []int64{}
	for _, w := range words[:min(len(words), maxWords)] {
		letters := []rune(w)
		marks = append(marks, nameMark(keys, letters))
		for n := markFrom; n < min(len(letters), maxLetter); n++ {
			marks = append(marks, nameMark(keys, letters[:n]))
		}
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// soughtMarks are those that a member has who is meant by a text; none when it is no name.
func (s *Service) soughtMarks(text string) []int64 {
	var marks []int64
	words := nameWords(text)
	for _, w := range words[:min(len(words), maxWords)] {
		marks = append(marks, nameMark(s.keys, []rune(w)))
	}
	return marks
}

func nameMark(keys *seal.Keyring, letters []rune) int64 {
	cut := letters[:min(len(letters), maxLetter)]
	return int64(binary.BigEndian.Uint64(keys.Index("name", string(cut))))
}

// MaskName leaves the first letter of every word of a name: «А••• П•••».
func MaskName(name string) string {
	words := strings.FieldsFunc(name, apart)
	for i, w := range words {
		words[i] = string([]rune(w)[:1]) + "•••"
	}
	return strings.Join(words[:min(len(words), maxWords)], " ")
}
