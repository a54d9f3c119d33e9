package qr_test

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"besedka/core/qr"
)

// TestSecondPhotoHelps: what is hidden in one photo shows in the other.
func TestSecondPhotoHelps(t *testing.T) {
	t.Parallel()
	left, right := half(t, receipt, false), half(t, receipt, true)
	first := qr.Reader{}.Read(t.Context(), left)
	if len(first.Codes) > 0 || len(first.Seen) == 0 {
		t.Fatalf("the first photo alone: %q, %d seen", first.Codes, len(first.Seen))
	}
	second := qr.Reader{}.Read(t.Context(), right, first.Seen...)
	if !second.Fiscal() || second.Codes[0] != receipt || second.Seen != nil {
		t.Errorf("with the second one: %q, %d seen", second.Codes, len(second.Seen))
	}
	const other = "t=20260302T1831&s=730.00&fn=7284440500123456&i=4822&fp=2718281828&n=1"
	if got := (qr.Reader{}).Read(t.Context(), half(t, other, true), first.Seen...); len(got.Codes) > 0 {
		t.Errorf("with a photo of another receipt: %q", got.Codes)
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
	return asPNG(t, g)
}
