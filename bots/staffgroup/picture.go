package staffgroup

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/staff"
	"besedka/core/support/topic"
	"besedka/storage"
)

// maxPicture is what a messenger takes as a photo: Telegram, core.telegram.org/bots/api#sending-files.
const maxPicture = 10 << 20

// fetch brings a picture that one of the staff sends to a shopper, before the transaction
// in which it is said: it may take its time. Of anybody else nothing is fetched.
func (g *Group) fetch(ctx context.Context, s *said) error {
	if s.File == nil || s.Nobody || s.Private || s.Chat != g.chat() || s.Thread == 0 || strings.HasPrefix(strings.TrimSpace(s.Text), notePrefix) {
		return nil
	}
	if s.Edited {
		if held, err := g.holds(ctx, s); !held || err != nil {
			return err
		}
	}
	if !s.File.Photo {
		s.trouble = "group.refused.file"
		return nil
	}
	by, err := staff.ByTelegram(ctx, g.DB, s.From)
	if errors.Is(err, staff.ErrUnknownPerson) || err == nil && !by.May(staff.Converse) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := g.Forum.Fetch(ctx, s.File.Remote, maxPicture)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, bots.ErrTooBig):
		s.trouble = "group.refused.big"
		return nil
	case err != nil:
		g.Log.WarnContext(ctx, "a picture of the staff's is not fetched", "err", err)
		s.trouble = "group.refused.unfetched"
		return nil
	}
	return g.keep(ctx, s, data)
}

// holds says whether the words that s corrects are held: a picture that came with others
// has gone.
func (g *Group) holds(ctx context.Context, s *said) (bool, error) {
	t, err := topic.At(ctx, g.DB, s.Chat, s.Thread)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return topic.Holds(ctx, g.DB, t.Conversation, s.Message)
}

// keep stores a picture as the shopper's, sealed.
func (g *Group) keep(ctx context.Context, s *said, data []byte) error {
	mime := http.DetectContentType(data)
	if !strings.HasPrefix(mime, "image/") {
		s.trouble = "group.refused.file"
		return nil
	}
	t, err := topic.At(ctx, g.DB, s.Chat, s.Thread)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	subject, key, err := g.Door.Person(ctx, t.Conversation)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	blob, err := g.Media.Put(ctx, s.now, key, media.File{Subject: subject, Mime: mime, Data: data})
	if err != nil {
		return err
	}
	s.media = &chat.Media{Blob: blob, Alt: g.word("group.picture")}
	return nil
}
