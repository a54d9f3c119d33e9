package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/draw"
	_ "image/gif" // what people send
	"image/jpeg"
	_ "image/png" // what people send

	_ "golang.org/x/image/webp" // what people send

	"besedka/core/qr"
)

// maxPixels bounds what a picture unpacks to: while it is open each takes up to 24 bytes.
const maxPixels = qr.MaxPixels

// ErrNoPicture is the answer to a file that is no picture of a kind we draw.
var ErrNoPicture = errors.New("not a picture")

// Draw makes a JPEG of a picture, upright as its camera was held: whatever else a
// stranger's file holds stays behind. It draws one at a time: a page asks for all of its
// own at once, and each is large while it is open.
func (s *Service) Draw(ctx context.Context, data []byte) ([]byte, error) {
	select {
	case s.easel <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.easel }()
	return redraw(data)
}

func redraw(data []byte) ([]byte, error) {
	picture, err := decode(data)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decode unpacks a picture, upright as its camera was held.
func decode(data []byte) (image.Image, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width*size.Height > maxPixels {
		return nil, errors.Join(ErrNoPicture, err)
	}
	picture, kind, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(ErrNoPicture, err)
	}
	if kind == "jpeg" {
		picture = upright(picture, orientation(data))
	}
	return picture, nil
}

// upright turns a picture as its orientation says, see there.
func upright(picture image.Image, orientation int) image.Image {
	if orientation <= 1 || orientation > 8 {
		return picture
	}
	w, h := picture.Bounds().Dx(), picture.Bounds().Dy()
	from := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(from, from.Rect, picture, picture.Bounds().Min, draw.Src)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 { // on its side
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := place(orientation, x, y, w-1, h-1)
			copy(to.Pix[to.PixOffset(tx, ty):], from.Pix[from.PixOffset(x, y):from.PixOffset(x, y)+4])
		}
	}
	return to
}

// place is where the dot x, y of a picture goes; right and bottom are its last ones.
func place(orientation, x, y, right, bottom int) (int, int) {
	switch orientation {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return bottom - y, x
	case 7:
		return bottom - y, right - x
	default:
		return y, right - x
	}
}
