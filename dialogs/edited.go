package dialogs

import "besedka/core/chat"

// edited tells whoever mends a message that it was answered already, once however
// often they mend it: to answer it anew would undo what was done since.
func (t *turn) edited(in *chat.Inbound) error {
	mark := hash("edited", in.Edits)
	if t.s.Edited == mark {
		return nil
	}
	t.s.Edited = mark
	return t.sayOwn("edited.late", t.builtIn("edited.late", nil), nil)
}
