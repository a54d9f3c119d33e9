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
	return &chat.Media{Path: p.Path, Hash: p.Hash, Alt: cmp.Or(p.Alt[t.lang], p.Alt[t.e.p.Base()], p.Alt[""])}
}
