package dialogs

import (
	"cmp"

	"besedka/core/chat"
)

// picture is what s shows, of a file or of a prize; nil when it is nothing.
func (t *turn) picture(s *step) *chat.Media {
	p := s.Media
	if p != nil && p.Of != "" {
		p = t.e.p.Images[t.s.Vars[p.Of].Text()]
	}
	if p == nil {
		return nil
	}
	alt := cmp.Or(p.Alt[t.lang], p.Alt[t.e.p.Base()], p.Alt[""])
	if p.Made == "" {
		return &chat.Media{Path: p.Path, Hash: p.Hash, Alt: alt}
	}
	if blob := t.s.Vars[p.Made].Text(); blob != "" {
		return &chat.Media{Blob: blob, Alt: alt}
	}
	return nil
}
