package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// keptFor is how long a browser keeps a photo, in seconds: the next task's is fetched
// while this one is decided.
const keptFor = "300"

// showPhoto is a picture that somebody sent as a receipt, drawn anew. The look stays in
// the log.
func (p *pages) showPhoto(v *console.Visit) error {
	photo := v.R.PathValue("photo")
	file, err := p.Media.GetClaimed(v.R.Context(), photo)
	if errors.Is(err, seal.ErrErased) {
		err = fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	if err != nil {
		return err
	}
	if err := p.mayLook(v, photo); err != nil {
		return err
	}
	drawn, err := p.Media.Draw(v.R.Context(), file.Data)
	if err != nil {
		return errors.Join(console.Refusal{Status: http.StatusUnsupportedMediaType, Key: "no_picture"}, err)
	}
	err = p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: "photos.look", Object: "photo/" + photo})
	})
	if err != nil {
		return err
	}
	h := v.Writer().Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, max-age="+keptFor)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	_, err = v.Writer().Write(drawn)
	return err
}

// mayLook refuses who works for some partners a picture of none of their receipts.
func (p *pages) mayLook(v *console.Visit, photo string) error {
	seen, err := receipt.MaySeePhoto(v.R.Context(), p.DB, v.By, photo, false)
	if err == nil && !seen {
		err = v.Foreign("photo/" + photo)
	}
	return err
}
