package qr

import (
	"image"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// binarizer makes black and white of grey.
type binarizer func(gozxing.LuminanceSource) gozxing.Binarizer

func hybrid(s gozxing.LuminanceSource) gozxing.Binarizer { return gozxing.NewHybridBinarizer(s) }

func global(s gozxing.LuminanceSource) gozxing.Binarizer {
	return gozxing.NewGlobalHistgramBinarizer(s)
}

// decode reads one QR code and tells where it was; text is "" when there is none.
// The library panics on some grids: that is no code, too.
func decode(g *image.Gray, binarize binarizer) (text string, area image.Rectangle) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	w, h := g.Rect.Dx(), g.Rect.Dy()
	source, err := gozxing.NewPlanarYUVLuminanceSource(g.Pix, g.Stride, h, 0, 0, w, h, false)
	if err != nil {
		return "", image.Rectangle{}
	}
	bitmap, err := gozxing.NewBinaryBitmap(binarize(source))
	if err != nil {
		return "", image.Rectangle{}
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return "", image.Rectangle{}
	}
	return result.GetText(), around(result.GetResultPoints())
}

// around is the square part of a picture that a code covers, judged by the middles
// of its three corner patterns: bottom left, top left, top right.
func around(points []gozxing.ResultPoint) image.Rectangle {
	if len(points) < 3 {
		return image.Rectangle{}
	}
	at := func(i int) image.Point { return image.Pt(int(points[i].GetX()), int(points[i].GetY())) }
	a, b, c := at(0), at(1), at(2)
	d := a.Add(c).Sub(b) // the corner without a pattern
	box := image.Rectangle{
		Min: image.Pt(min(a.X, b.X, c.X, d.X), min(a.Y, b.Y, c.Y, d.Y)),
		Max: image.Pt(max(a.X, b.X, c.X, d.X)+1, max(a.Y, b.Y, c.Y, d.Y)+1),
	}
	return box.Inset(-max(box.Dx(), box.Dy()) / 4)
}

// paintOver returns the picture with area white; an empty area is all of it.
func paintOver(g *image.Gray, area image.Rectangle) *image.Gray {
	if area.Empty() {
		area = g.Rect
	}
	out := image.NewGray(g.Rect)
	copy(out.Pix, g.Pix)
	draw.Draw(out, area.Intersect(g.Rect), image.White, image.Point{}, draw.Src)
	return out
}
