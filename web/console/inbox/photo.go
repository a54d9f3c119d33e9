package inbox

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

// showPhoto is a picture of a conversation, drawn anew: whatever else a stranger's file
// holds stays behind. The look stays in the log.
func (p *pages) showPhoto(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	subject, _, err := p.Door.Person(v.R.Context(), id)
	if err != nil {
		return err
	}
	file, err := p.Media.Get(v.R.Context(), v.R.PathValue("photo"))
	if errors.Is(err, seal.ErrErased) || err == nil && file.Subject != subject {
		return fmt.Errorf("photo of conversation %d: %w", id, storage.ErrNotFound)
	}
	if err != nil {
		return err
	}
	seen, err := receipt.MaySeePhoto(v.R.Context(), p.DB, v.By, v.R.PathValue("photo"), true)
	if err == nil && !seen {
		err = v.Foreign("photo/" + v.R.PathValue("photo"))
	}
	if err != nil {
		return err
	}
	drawn, err := p.Media.Draw(v.R.Context(), file.Data)
	if err != nil {
		return errors.Join(console.Refusal{Status: http.StatusUnsupportedMediaType, Key: "no_picture"}, err)
	}
	err = p.DB.InTx(v.R.Context(), func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, v.Now, staff.Act{Staff: v.By.ID, Act: "files.look", Object: "file/" + v.R.PathValue("photo")})
	})
	if err != nil {
		return err
	}
	h := v.Writer().Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	_, err = v.Writer().Write(drawn)
	return err
}
