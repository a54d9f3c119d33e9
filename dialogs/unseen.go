package dialogs

import (
	"besedka/core/chat"
	"besedka/flows"
)

// unseen says whether in is a file that nobody can make anything of here: it is
// neither how the talk begins nor where a picture or a document is wanted, which has
// words of its own.
func (t *turn) unseen(s *step, in *chat.Inbound) bool {
	switch {
	case in.File == nil, t.s.Flow == "" && t.e.first != "":
		return false
	case s != nil && s.Asks():
		return s.Expect.Type != flows.PhotoType && s.Expect.Type != flows.DocumentType
	}
	return !t.moved()
}

// sayUnseen tells what became of the file, of an album once. The question stands, and no try of it is
// lost.
func (t *turn) sayUnseen(s *step, in *chat.Inbound) error {
	var buttons []*flows.Button
	if s != nil && s.Asks() {
		buttons = s.Buttons
	}
	if in.Album != "" {
		t.s.Album = filesKey(in.Album)
	}
	key := unseenKey(in.File)
	return t.sayOwn(key, t.builtIn(key, nil), buttons)
}

func unseenKey(f *chat.File) string {
	switch {
	case f.Kind == chat.Sticker:
		return "unseen.sticker"
	case f.Trouble != "":
		return "unseen." + f.Trouble
	case f.Kind == chat.Voice, f.Kind == chat.Audio:
		return "unseen.listen"
	case f.Kind == chat.Document:
		return "unseen.document"
	}
	return "unseen.watch"
}
