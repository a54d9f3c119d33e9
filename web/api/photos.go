package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"besedka/core/seal"
	"besedka/storage"
)

// showPhoto is a picture that somebody sent, for whoever decides about a receipt.
// One of somebody erased is gone.
func (a *api) showPhoto(c call, w http.ResponseWriter) error {
	file, err := a.Media.Get(c.ctx, c.r.PathValue("photo"))
	if errors.Is(err, seal.ErrErased) {
		err = fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	if err != nil {
		return err
	}
	mime := file.Mime
	if !strings.HasPrefix(mime, "image/") || strings.Contains(mime, "svg") { // what was sent as a picture may be anything
		mime = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(file.Data)
	return nil
}
