package dialogs

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"besedka/core/expr"
	"besedka/flows"
	"besedka/flows/faq"
)

// inList takes a text that means a value of the list, in the wrong layout of the
// keyboard too.
func (t *turn) inList(list *flows.List, text string) bool {
	for _, key := range [...]string{flows.Normal(text), flows.OtherLayout(text)} {
		if value, ok := list.Words[key]; ok && key != "" {
			t.answer = expr.TextOf(value)
			return true
		}
	}
	return false
}

// nearList is inList and, when nobody listens for the words, takes slips of the
// pen: one in a word of five letters, two in one of nine. What is as near to two
// values is neither.
func (t *turn) nearList(list *flows.List, text string) (reason string) {
	switch {
	case t.inList(list, text):
		return ""
	case !t.loose:
		return "not_in_list"
	}
	key := flows.Normal(text)
	length := utf8.RuneCountInString(key)
	best, value, several := faq.Slips(length)+1, "", false
	for word, of := range list.Words {
		if n := utf8.RuneCountInString(word); n < length-best || n > length+best {
			continue
		}
		switch d := levenshtein.ComputeDistance(key, word); {
		case d < best:
			best, value, several = d, of, false
		case d == best && of != value && value != "":
			several = true
		}
	}
	if value == "" || several {
		return "not_in_list"
	}
	t.answer = expr.TextOf(value)
	return ""
}
