package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/storage"
	"besedka/web"
)

// chat is the messenger behind the web chat's pages.
func (a *app) chat() web.Chat {
	return web.Chat{Accept: a.web.Accept, Upload: a.upload, Newest: a.newest, Transcript: a.transcript, Media: a.shopperPicture, Watch: a.watchers.watch}
}

// upload keeps what a shopper sends before anybody has looked at it.
func (a *app) upload(ctx context.Context, peer string, data []byte) (remote string, err error) {
	var who []member.Subject
	err = a.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		who, err = a.members.SubjectsTx(ctx, tx, a.now(), chat.Webchat, []string{peer})
		return err
	})
	if err != nil {
		return "", err
	}
	return a.media.Put(ctx, a.now(), who[0].Key, media.File{Subject: who[0].ID, Mime: http.DetectContentType(data), Data: data})
}

// webPeer is the subject of a browser's session; its zero value for one that has
// said nothing yet.
func (a *app) webPeer(ctx context.Context, peer string) (member.Subject, error) {
	who, err := a.members.Find(ctx, chat.Webchat, peer)
	if errors.Is(err, storage.ErrNotFound) {
		err = nil
	}
	return who, err
}

// transcriptPage is how many lines a page of the web chat reads at once.
const transcriptPage = 100

func (a *app) transcript(ctx context.Context, peer string, after int64) ([]web.Line, error) {
	who, err := a.webPeer(ctx, peer)
	if err != nil || who.ID == 0 {
		return nil, err
	}
	lines, err := a.door.Lines(ctx, who.Conversation, after, transcriptPage)
	shown := make([]web.Line, len(lines))
	for i, l := range lines {
		shown[i] = a.webLine(l)
	}
	return shown, err
}

func (a *app) newest(ctx context.Context, peer string, lines int) (int64, error) {
	who, err := a.webPeer(ctx, peer)
	if err != nil || who.ID == 0 {
		return 0, err
	}
	return a.door.CursorOfNewest(ctx, who.Conversation, lines)
}

// webLine is a line as a page shows it. A tap comes with the title of its
// button as its text.
func (a *app) webLine(l conversation.Line) web.Line {
	shown := web.Line{N: l.N, Edits: l.Changes, Key: l.Key, At: l.At}
	if l.Wire != nil {
		shown.From, shown.Text, shown.Media = "bot", l.Wire.Text, webMedia(l.Wire.Media)
		if l.Staff {
			shown.From = "staff"
		}
		if l.Wire.Keyboard != nil {
			for _, row := range l.Wire.Keyboard.Rows {
				shown.Buttons = append(shown.Buttons, row...)
			}
		}
		return shown
	}
	shown.From, shown.Text = "shopper", l.In.Text
	switch p := l.In.Photo; {
	case p == nil:
	case p.PDF:
		shown.Text = strings.TrimSpace("📄 PDF " + l.In.Text)
	default:
		shown.Media = &web.Media{Ref: blobPrefix + firstOf(p.Blob, p.Remote)}
	}
	return shown
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// webMedia names a picture of the bot's, or what one of the staff sends: a file of the
// programme by its contents, which no publication changes.
func webMedia(m *chat.Media) *web.Media {
	switch {
	case m == nil:
		return nil
	case m.Hash != "":
		return &web.Media{Ref: filePrefix + m.Hash, Alt: m.Alt}
	}
	shown := &web.Media{Ref: blobPrefix + m.Blob, Alt: m.Alt}
	if m.Kind != "" {
		shown.Name, shown.Size = m.Name, m.Size
	}
	return shown
}

// What a picture's address begins with.
const (
	blobPrefix = "blob/"
	filePrefix = "file/"
)

// shopperPicture opens a picture of a line: one of this very shopper, or one of
// the programme.
func (a *app) shopperPicture(ctx context.Context, peer, ref string) (web.Picture, error) {
	blob, sent := strings.CutPrefix(ref, blobPrefix)
	hash, shown := strings.CutPrefix(ref, filePrefix)
	if !sent && !shown {
		return web.Picture{}, storage.ErrNotFound
	}
	if shown {
		return a.programmePicture(ctx, hash)
	}
	who, err := a.members.Find(ctx, chat.Webchat, peer)
	if err != nil {
		return web.Picture{}, err
	}
	f, err := a.media.Get(ctx, blob)
	if err != nil {
		return web.Picture{}, err
	}
	if f.Subject != who.ID {
		return web.Picture{}, fmt.Errorf("file of another subject: %w", storage.ErrNotFound)
	}
	return web.Picture{Type: f.Mime, Data: f.Data}, nil
}

// programmePicture opens a picture of any release. Its other files, scripts among
// them, are nobody's to read.
func (a *app) programmePicture(ctx context.Context, hash string) (web.Picture, error) {
	data, err := a.releases.Content(ctx, hash)
	if err != nil {
		return web.Picture{}, err
	}
	kind := http.DetectContentType(data)
	if !strings.HasPrefix(kind, "image/") {
		return web.Picture{}, storage.ErrNotFound
	}
	return web.Picture{Type: kind, Data: data}, nil
}

// watchers wake the web chat's open pages when this process has delivered
// something. Nobody says to whom: pages read from their cursor anyway.
type watchers struct {
	mu   sync.Mutex
	open map[chan struct{}]struct{}
}

func newWatchers() *watchers { return &watchers{open: map[chan struct{}]struct{}{}} }

func (w *watchers) watch(string) (wake <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[c] = struct{}{}
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, c)
	}
}

func (w *watchers) nudge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
