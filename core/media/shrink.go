package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// Shrink makes a JPEG of a picture, of at most so many bytes, on white where it was
// transparent and smaller where it has to be. Like Draw it works on one at a time.
func (s *Service) Shrink(ctx context.Context, data []byte, limit int) ([]byte, error) {
	select {
	case s.easel <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.easel }()
	picture, err := decode(data)
	if err != nil {
		return nil, err
	}
	return shrink(picture, limit)
}

func shrink(picture image.Image, limit int) ([]byte, error) {
	for size := picture.Bounds().Size(); min(size.X, size.Y) > 0; size = size.Div(2) {
		drawn := onWhite(picture, size)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, drawn, &jpeg.Options{Quality: 85}); err != nil {
			return nil, err
		}
		if out.Len() <= limit {
			return out.Bytes(), nil
		}
	}
	return nil, errors.Join(ErrNoPicture, errors.New("it cannot be made small enough"))
}

func onWhite(picture image.Image, size image.Point) image.Image {
	to := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(to, to.Rect, picture, picture.Bounds(), draw.Over, nil)
	return to
}
