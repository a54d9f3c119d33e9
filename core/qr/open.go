package qr

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"  // first frame
	_ "image/jpeg" // the camera's and the messengers' format
	_ "image/png"
	"io"

	_ "golang.org/x/image/webp"
)

// open decodes a picture to shades of grey. Its size is checked before any pixel
// is decoded, and ctx while they are. Decoders that panic on crafted bytes cost only
// this picture.
func open(ctx context.Context, data []byte) (g *image.Gray, trouble Trouble) {
	if len(data) > MaxBytes {
		return nil, TooLarge
	}
	defer func() {
		if recover() != nil {
			g, trouble = nil, Corrupt
		}
	}()
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, NotPicture
	case err != nil:
		return nil, Corrupt
	case max(cfg.Width, cfg.Height) > maxSide || cfg.Width*cfg.Height > MaxPixels:
		return nil, TooManyPixels
	}
	img, _, err := image.Decode(patient{ctx, bytes.NewReader(data)})
	if ctx.Err() != nil {
		return nil, TooManyPixels
	}
	if err != nil || img.Bounds().Empty() {
		return nil, Corrupt
	}
	return grey(img), ""
}

// patient ends with its context: a few kilobytes of a crafted picture may stand for
// minutes of work, but decoders come back for more every few kilobytes.
type patient struct {
	ctx context.Context
	io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// grey takes the brightness plane of a JPEG as it is; anything else is drawn on
// white, because transparent parts are paper.
func grey(img image.Image) *image.Gray {
	b := img.Bounds()
	g := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	if y, ok := img.(*image.YCbCr); ok {
		for row := range b.Dy() {
			at := y.YOffset(b.Min.X, b.Min.Y+row)
			copy(g.Pix[row*g.Stride:], y.Y[at:at+b.Dx()])
		}
		return g
	}
	const rows = 64 // a strip at a time: a whole picture in colour is big
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), rows))
	for top := 0; top < b.Dy(); top += rows {
		draw.Draw(strip, strip.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Rect, img, image.Pt(b.Min.X, b.Min.Y+top), draw.Over)
		for row := range min(rows, b.Dy()-top) {
			for x := range b.Dx() {
				g.Pix[(top+row)*g.Stride+x] = color.GrayModel.Convert(strip.RGBAAt(x, row)).(color.Gray).Y
			}
		}
	}
	return g
}
