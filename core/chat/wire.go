package chat

import "slices"

// Wire is one message as a channel sends it: already split, its buttons
// already fitted. An outbox row keeps it sealed, as JSON.
type Wire struct {
	Text     string    `json:"text,omitempty"` // plain text; a caption when Media is set
	Keyboard *Keyboard `json:"keyboard,omitempty"`
	Media    *Media    `json:"media,omitempty"`
	Thread   string    `json:"thread,omitempty"` // Message.Thread: nothing that forbids to change it may go with it
	Over     string    `json:"over,omitempty"`   // Message.Over
	Template *Template `json:"template,omitempty"`
	Answers  string    `json:"answers,omitempty"` // the message it quotes: the messenger's id of ours, or the key of the person's
}

// Keyboard is how a wire message offers its buttons.
type Keyboard struct {
	Kind  Kind       `json:"kind"`
	Label string     `json:"label,omitempty"` // of a List: what opens it, in the person's language; no longer than ListLabel
	Rows  [][]Button `json:"rows"`
}

// ListLabel is how long Keyboard.Label may be, in characters: WhatsApp's limit.
const ListLabel = 20

// Kind is a rung of the ladder that keyboards go down.
type Kind string

// Taps on Inline and List come back as Inbound.Tap. A Reply keyboard types the
// button's title for the person, and a person answers Numbered with a number
// or a title: both come back as Inbound.Text. Numbered buttons are in the text
// already; their rows are there for whoever has to understand the answer.
const (
	Inline   Kind = "inline"
	List     Kind = "list"
	Reply    Kind = "reply"
	Numbered Kind = "numbered"
)

// ByNumber are the keys that are known by their place in the list; none where they are
// known otherwise. A nil keyboard has none.
func (k *Keyboard) ByNumber() []Button {
	if k == nil || k.Kind != Numbered {
		return nil
	}
	keys := slices.Concat(k.Rows...)
	if areNumbers(keys) {
		return nil
	}
	return keys
}
