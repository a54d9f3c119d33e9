package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path"
	"slices"

	"besedka/core/draft"
	"besedka/core/source"
	"besedka/storage"
)

// maxFile is how many bytes the body of a request with a file may have: a text with what
// JSON makes of it, or a picture in base64.
const maxFile = 16 * source.MaxBytes

// showDraftFile is one file: a text in JSON, a picture as it was uploaded.
func (a *api) showDraftFile(c call, w http.ResponseWriter) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	name := c.r.URL.Query().Get("path")
	if !storable(name) {
		return invalid{"path is the one of a file of the draft"}
	}
	f, err := draft.FileOf(c.ctx, a.DB, id, name)
	if err == nil && f.Body == nil {
		err = storage.ErrNotFound
	}
	if err == nil {
		sendFile(w, f)
	}
	return err
}

// sendFile writes a text in JSON, and a picture as it was uploaded: never as a page.
func sendFile(w http.ResponseWriter, f draft.File) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", `"`+draft.HashOf(f.Body)+`"`)
	if isText(f.Path) {
		h.Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(fileShown{f.Path, draft.HashOf(f.Body), f.Staff, string(f.Body)}) // who has left needs no answer
		return
	}
	h.Set("Content-Type", typeOf(f.Body))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, _ = w.Write(f.Body)
}

// isText says whether a file is words, as its name has it.
func isText(name string) bool { return slices.Contains([]string{".yaml", ".txt"}, path.Ext(name)) }

// typeOf is the type of a picture, as its bytes have it. What is none, an SVG with a
// script in it or a page, is never shown by a browser.
func typeOf(body []byte) string {
	sniffed := http.DetectContentType(body)
	if slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, sniffed) {
		return sniffed
	}
	return "application/octet-stream"
}

// writing is what the body of a POST of a file says. Without Text and Base64 the file is
// taken away.
type writing struct {
	Path   string  `json:"path"`
	Seen   string  `json:"seen"`
	Text   *string `json:"text"`
	Base64 *string `json:"base64"`
}

// writeDraftFile writes over the text that the caller has seen, and over no other.
func (a *api) writeDraftFile(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var asked writing
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	body, err := asked.body()
	if err != nil {
		return nil, err
	}
	w, now := draft.Writing{Draft: id, Staff: c.by.ID, Path: asked.Path, Seen: asked.Seen, Body: body}, fileShown{Path: asked.Path, By: c.by.ID}
	if body != nil {
		now.Hash = draft.HashOf(body)
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		return now, draft.WriteTx(ctx, tx, c.now, w)
	}, nil
}

// body is what is written; nil for who takes the file away.
func (w writing) body() ([]byte, error) {
	switch {
	case !storable(w.Path):
		return nil, invalid{"path is the one of a file of a programme: flows/hello.yaml"}
	case w.Text != nil && w.Base64 != nil:
		return nil, invalid{"send the text or, of a picture, base64; not both"}
	case w.Text != nil:
		return []byte(*w.Text), nil
	case w.Base64 == nil:
		return nil, nil
	}
	body, err := base64.StdEncoding.DecodeString(*w.Base64)
	if err != nil || isText(w.Path) {
		return nil, invalid{"base64 holds the bytes of a picture; of a script send text"}
	}
	return append([]byte{}, body...), nil // an empty file is one too
}
