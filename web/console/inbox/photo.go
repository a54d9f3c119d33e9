package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // what people send
	"image/jpeg"
	_ "image/png" // what people send
	"net/http"

	_ "golang.org/x/image/webp" // what people send

	"besedka/core/qr"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// maxPixels bounds what a picture unpacks to: while it is open each takes up to 24 bytes.
const maxPixels = qr.MaxPixels

// errNoPicture is the answer to a file that is no picture of a kind we draw.
var errNoPicture = errors.New("not a picture")

// showPhoto is a picture of a conversation, drawn anew: whatever else a stranger's file
// holds stays behind. The look stays in the log.
func (p *pages) showPhoto(v *console.Visit) error {
	id, err := idOf(v)
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
	drawn, err := p.drawing.redraw(v.R.Context(), file.Data)
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

// easel draws one picture at a time: a page asks for all of its own at once, and each is
// large while it is open.
type easel chan struct{}

// redraw waits for its turn and makes a JPEG of a picture.
func (e easel) redraw(ctx context.Context, data []byte) ([]byte, error) {
	select {
	case e <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-e }()
	return redraw(data)
}

func redraw(data []byte) ([]byte, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width*size.Height > maxPixels {
		return nil, errors.Join(errNoPicture, err)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(errNoPicture, err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
