package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// remark is one thing said in a conversation. Exactly one of In and Out is set.
type remark struct {
	At  time.Time `json:"at"`
	Key string    `json:"key,omitempty"` // of a person's message, which its edits name
	In  *heard    `json:"in,omitempty"`
	Out *told     `json:"out,omitempty"`
}

// heard is what a person did.
type heard struct {
	Text      string         `json:"text,omitempty"`
	Links     string         `json:"links,omitempty"`
	Tap       string         `json:"tap,omitempty"`
	Start     string         `json:"start,omitempty"`
	Photo     *chat.Photo    `json:"photo,omitempty"`
	File      *chat.File     `json:"file,omitempty"`
	Album     string         `json:"album,omitempty"`
	Contact   *chat.Contact  `json:"contact,omitempty"`
	Location  *chat.Point    `json:"location,omitempty"`
	Reaction  *chat.Reaction `json:"reaction,omitempty"`
	Edits     string         `json:"edits,omitempty"`
	Blocked   bool           `json:"blocked,omitempty"`
	Unblocked bool           `json:"unblocked,omitempty"`
	Unknown   string         `json:"unknown,omitempty"`
}

// told is what was said to a person.
type told struct {
	chat.Wire
	ID     string                 `json:"id,omitempty"` // the messenger's, which reactions name
	State  conversation.SendState `json:"state"`
	Reason string                 `json:"reason,omitempty"`
	Staff  int64                  `json:"staff,omitempty"` // who of the staff said it; absent: the bot
}

// historyPage is one page of GET /conversations/{id}/history.
type historyPage struct {
	Messages []remark `json:"messages"`
	Next     string   `json:"next,omitempty"` // the before of the page behind it
}

// showHistory is what was said in a conversation; the look stays in the log.
func (a *api) showHistory(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	if c.r.URL.Query().Has("around") {
		return a.showAround(c, id)
	}
	before, ok := conversation.ParseCursor(c.r.URL.Query().Get("before"))
	if !ok {
		return nil, invalid{"before must be the next of the page before"}
	}
	all, next, err := a.Door.History(c.ctx, id, before, pageRows)
	if err != nil {
		return nil, err
	}
	p := historyPage{Messages: []remark{}}
	for _, e := range all {
		p.Messages = append(p.Messages, remarkOf(e))
	}
	if next != (conversation.Cursor{}) {
		p.Next = next.String()
	}
	return p, a.looked(c, "conversations.read", fmt.Sprintf("conversation/%d", id))
}

// looked keeps who has looked at what.
func (a *api) looked(c call, act, object string) error {
	return a.DB.InTx(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: act, Object: object})
	})
}

func remarkOf(e conversation.Entry) remark {
	shown := remark{At: e.At, Key: e.Key}
	if e.Wire != nil {
		shown.Out = &told{Wire: *e.Wire, ID: e.ID, State: e.State, Reason: e.Reason, Staff: e.Staff}
		return shown
	}
	in := e.In
	shown.In = &heard{
		Text: in.Text, Links: in.Links, Tap: in.Tap, Start: in.Start, Photo: in.Photo, File: in.File, Album: in.Album, Contact: in.Contact,
		Location: in.Location, Reaction: in.Reaction, Edits: in.Edits, Blocked: in.Blocked, Unblocked: in.Unblocked, Unknown: in.Unknown,
	}
	return shown
}

// showFile is a photo or a file of a conversation, to be saved and not opened: nobody
// knows what is in it. The look stays in the log.
func (a *api) showFile(c call, w http.ResponseWriter) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	file, err := a.fileOf(c, id)
	if err != nil {
		return err
	}
	if err := a.ownPhoto(c, c.r.PathValue("file"), true); err != nil {
		return err
	}
	if err := a.looked(c, "files.look", "file/"+c.r.PathValue("file")); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(file.Data)
	return nil
}

// fileOf opens a file that belongs to the person of a conversation; any other one is
// storage.ErrNotFound.
func (a *api) fileOf(c call, conversation int64) (f media.File, err error) {
	subject, _, err := a.Door.Person(c.ctx, conversation)
	if err != nil {
		return f, err
	}
	f, err = a.Media.Get(c.ctx, c.r.PathValue("file"))
	if err == nil && f.Subject == subject {
		return f, nil
	}
	if err == nil || errors.Is(err, seal.ErrErased) {
		err = fmt.Errorf("file of conversation %d: %w", conversation, storage.ErrNotFound)
	}
	return f, err
}
