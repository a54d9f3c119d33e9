package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
)

// playTwoPhotos: neither of two photos of a receipt can be read; with the second one
// it is taken all the same.
func playTwoPhotos(t *testing.T, r rehearsed) {
	r.register(t, "telegram", "two photos")
	qr := r.receipt(t, 100_000, nil)
	r.do(t, "telegram", "two photos", fields{"photo": fields{"base64": half(t, qr, false)}})
	if m := r.member(t, "telegram", "two photos"); len(m.Receipts) != 0 {
		t.Fatalf("the first photo was read alone: %+v", m)
	}
	r.do(t, "telegram", "two photos", fields{"photo": fields{"base64": half(t, qr, true)}})
	r.advance(t, time.Minute)
	if m := r.member(t, "telegram", "two photos"); len(m.Receipts) != 1 || m.points() != 5000 {
		t.Errorf("after the second photo: %+v, heard:\n%s", m, r.heard(t, "telegram", "two photos"))
	}
}

// half draws a code of which glare hides the left half or the right
// one, all but the corner patterns.
func half(t *testing.T, text string, right bool) []byte {
	t.Helper()
	const module, quiet, corner = 8, 4, 9
	code, err := encoder.Encoder_encodeWithoutHint(text, decoder.ErrorCorrectionLevel_L)
	if err != nil {
		t.Fatal(err)
	}
	matrix := code.GetMatrix()
	n := matrix.GetWidth()
	shade := func(x, y int) uint8 {
		edge := func(v int) bool { return v < corner || v >= n-corner }
		pattern := edge(x) && edge(y) && (x < corner || y < corner)
		switch {
		case !pattern && (right == (2*x >= n)):
			return 250
		case matrix.Get(x, y) == 1:
			return 30
		}
		return 230
	}
	g := image.NewGray(image.Rect(0, 0, (n+2*quiet)*module, (n+2*quiet)*module))
	draw.Draw(g, g.Rect, image.NewUniform(color.Gray{Y: 230}), image.Point{}, draw.Src)
	for y := range n {
		for x := range n {
			at := image.Rect(x, y, x+1, y+1).Add(image.Pt(quiet, quiet))
			at.Min, at.Max = at.Min.Mul(module), at.Max.Mul(module)
			draw.Draw(g, at, image.NewUniform(color.Gray{Y: shade(x, y)}), image.Point{}, draw.Src)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
