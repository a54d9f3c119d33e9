package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"besedka/core/chat"
	"besedka/flows"
)

// maxNumbered is how many keys of a numbered list are remembered.
const maxNumbered = 20

// listed keeps what numbers stand for in a list of keys that the messenger cannot show
// otherwise: a pressed key comes with its token, a number comes alone. Words without keys
// leave the list in force, until something is asked; then the question's own list is, as
// long as it waits.
func (t *turn) listed() {
	s := t.waiting()
	asks := s != nil && s.Asks()
	if asks && t.s.Asked != t.env.Turn {
		return
	}
	for _, e := range t.out {
		if say, ok := e.(Say); ok && (asks || len(say.Message.Buttons) > 0) {
			t.s.Numbered = numbered(say.Message, chat.CapsOf(t.env.Channel))
		}
	}
}

// numbered are the tokens of a message's numbered keys; nil where none of them is a
// standing tap: a question knows the numbers of its options.
func numbered(m chat.Message, caps chat.Caps) (tokens []string) {
	if !slices.ContainsFunc(m.Buttons, func(b chat.Button) bool { return strings.HasPrefix(b.Token, flows.TapPrefix) }) {
		return nil
	}
	wires := chat.Degrade(m, caps)
	if len(wires) == 0 {
		return nil
	}
	keys := wires[len(wires)-1].Keyboard.ByNumber()
	if len(keys) > maxNumbered {
		return nil
	}
	for _, b := range keys {
		tokens = append(tokens, b.Token)
	}
	return tokens
}

// pressed is the token of the key whose number was written.
func (t *turn) pressed(words string) (token string, ok bool) {
	n, err := strconv.Atoi(words)
	if err != nil || n < 1 || n > len(t.s.Numbered) {
		return "", false
	}
	return t.s.Numbered[n-1], true
}
