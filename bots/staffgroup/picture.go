package staffgroup

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"besedka/bots"
	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/staff"
	"besedka/core/support/topic"
	"besedka/storage"
)

// fetch brings a file that one of the staff sends to a shopper, before the transaction in
// which it is said: it may take its time. Of anybody else nothing is fetched.
func (g *Group) fetch(ctx context.Context, s *said) error {
	if s.File == nil || s.Nobody || s.Private || s.Chat != g.chat() || s.Thread == 0 || strings.HasPrefix(strings.TrimSpace(s.Text), notePrefix) {
		return nil
	}
	if s.Edited {
		if held, err := g.holds(ctx, s); !held || err != nil {
			return err
		}
	}
	if s.File.Kind == chat.Sticker {
		s.trouble = "group.refused.sticker"
		return nil
	}
	by, err := staff.ByTelegram(ctx, g.DB, s.From)
	if errors.Is(err, staff.ErrUnknownPerson) || err == nil && !by.May(staff.Converse) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := g.Forum.Fetch(ctx, s.File.Remote, media.MaxBytes)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, bots.ErrTooBig):
		s.trouble = "group.refused.big"
		return nil
	case err != nil || len(data) == 0:
		g.Log.WarnContext(ctx, "a file of the staff's is not fetched", "err", err)
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

// keep stores a file as the shopper's, sealed.
func (g *Group) keep(ctx context.Context, s *said, data []byte) error {
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
	m := g.mediaOf(*s.File, data)
	if m.Blob, err = g.Media.Put(ctx, s.now, key, media.File{Subject: subject, Mime: http.DetectContentType(data), Data: data}); err != nil {
		return err
	}
	s.media = &m
	return nil
}

// mediaOf is a file as it goes on. What is not what it is called goes as a document, which
// every messenger that takes files takes.
func (g *Group) mediaOf(f telegram.Attached, data []byte) chat.Media {
	mime := http.DetectContentType(data)
	if f.Photo && (mime == "image/jpeg" || mime == "image/png") {
		return chat.Media{Alt: g.word("group.picture"), Size: int64(len(data))}
	}
	m := chat.Media{Kind: chat.Document, Name: fileName(f.Name), Size: int64(len(data))}
	switch {
	case f.Kind == chat.Voice && mime == "application/ogg":
		m.Kind, m.Name = chat.Voice, "voice.ogg"
	case (f.Kind == chat.Video || f.Kind == chat.VideoNote || f.Kind == chat.Animation) && mime == "video/mp4":
		m.Kind, m.Name = chat.Video, videoName(f.Name)
	}
	m.Alt = m.Name
	return m
}

// videoName is the name of an MP4: messengers go by how it ends.
func videoName(name string) string {
	if name = fileName(name); chat.Ending(name) == "mp4" {
		return name
	}
	return "video.mp4"
}
