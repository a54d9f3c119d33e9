package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
)

// showPhoto is a picture that somebody sent as a receipt, for whoever decides about
// it; the look stays in the log. One of somebody erased is gone.
func (a *api) showPhoto(c call, w http.ResponseWriter) error {
	id := c.r.PathValue("photo")
	file, err := a.Media.GetClaimed(c.ctx, id)
	if errors.Is(err, seal.ErrErased) {
		err = fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	if err != nil {
		return err
	}
	if err := a.ownPhoto(c, id, false); err != nil {
		return err
	}
	err = a.DB.InTx(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "photos.look", Object: "photo/" + id})
	})
	if err != nil {
		return err
	}
	mime := file.Mime
	if !strings.HasPrefix(mime, "image/") || strings.Contains(mime, "svg") { // what was sent as a picture may be anything
		mime = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", "attachment")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(file.Data)
	return nil
}
