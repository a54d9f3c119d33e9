package telegram

import (
	"context"
	"slices"
)

// editMessageText changes a message of the bot, as the Bot API lets it: a text of
// its own, whose keys, if it has any, are inline.
func (s *Server) editMessageText(_ context.Context, c call) (any, *apiError) {
	edited := Sent{Text: c.fields["text"]}
	switch n := units(edited.Text); {
	case n == 0:
		return nil, badRequest("message text is empty")
	case n > maxText:
		return nil, badRequest("message is too long")
	}
	if refused := readKeyboard(c.fields["reply_markup"], &edited); refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.linked(edited); refused != nil {
		return nil, refused
	}
	if refused := s.reach(c.chat()); refused != nil {
		return nil, refused
	}
	if g := s.groups[c.chat()]; g != nil && g.gone != nil {
		return nil, g.gone
	}
	now := s.standing(c.chat(), c.int("message_id"))
	if refused := editable(now, edited); refused != nil {
		return nil, refused
	}
	edited.Edits, edited.Thread, edited.ReplyTo = now.N, now.Thread, now.ReplyTo
	if now.Edits != 0 {
		edited.Edits = now.Edits
	}
	return s.asMessage(s.put(c, edited, now.MessageID)), nil
}

// standing is a message of the bot as it is now, nil when there is none. The lock
// is held.
func (s *Server) standing(chat, id int64) *Sent {
	for i := range slices.Backward(s.sent) {
		if m := &s.sent[i]; m.Chat == chat && m.MessageID == id && !m.deleted {
			return m
		}
	}
	return nil
}

func editable(now *Sent, edited Sent) *apiError {
	switch {
	case now == nil:
		return badRequest("message to edit not found")
	case now.Photo != nil:
		return badRequest("there is no text in the message to edit")
	case now.Reply != nil, now.removes, edited.Reply != nil, edited.removes:
		return badRequest("message can't be edited")
	case now.Text == edited.Text && slices.EqualFunc(now.Inline, edited.Inline, sameRow):
		return badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	return nil
}

func sameRow(a, b []Button) bool {
	return slices.EqualFunc(a, b, func(x, y Button) bool { return x.Text == y.Text && x.Data == y.Data && x.URL == y.URL })
}

// forget takes the bot's newest message out of a chat. The lock is held.
func (s *Server) forget(chat int64) {
	for i := range slices.Backward(s.sent) {
		if m := &s.sent[i]; m.Chat == chat && !m.deleted {
			m.deleted = true
			return
		}
	}
}
