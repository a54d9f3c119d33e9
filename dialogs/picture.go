package dialogs

import (
	"cmp"

	"besedka/core/chat"
)

// picture is what s shows; nil when it is nothing.
func (t *turn) picture(s *step) *chat.Media {
	p := s.Media
	if p == nil {
		return nil
	}
	return &chat.Media{Path: p.Path, Hash: p.Hash, Alt: cmp.Or(p.Alt[t.lang], p.Alt[t.e.p.Base()])}
}
