package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Sizes of a picture, in pixels: bars and squares that a till's scanner reads from the
// screen of a phone.
const (
	pictureWidth, pictureHeight = 640, 720
	qrSide                      = 420
	barsWidth, barsHeight       = 480, 150
	edge                        = 40
)

// Picture is a PNG of a number as a QR code with an EAN-13 below it: some tills read the
// one, some the other.
func Picture(number string) ([]byte, error) {
	img := image.NewPaletted(image.Rect(0, 0, pictureWidth, pictureHeight), color.Palette{color.White, color.Black})
	square, err := qrcode.NewQRCodeWriter().Encode(number, gozxing.BarcodeFormat_QR_CODE, qrSide, qrSide, nil)
	if err != nil {
		return nil, fmt.Errorf("draw the QR of a card: %w", err)
	}
	bars, err := oned.NewEAN13Writer().Encode(number, gozxing.BarcodeFormat_EAN_13, barsWidth, barsHeight, nil)
	if err != nil {
		return nil, fmt.Errorf("draw the bars of a card: %w", err)
	}
	put(img, square, image.Pt((pictureWidth-square.GetWidth())/2, edge))
	put(img, bars, image.Pt((pictureWidth-bars.GetWidth())/2, pictureHeight-edge-barsHeight))
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw a card: %w", err)
	}
	return out.Bytes(), nil
}

// put draws the dark of m from at on.
func put(img *image.Paletted, m *gozxing.BitMatrix, at image.Point) {
	for y := range m.GetHeight() {
		for x := range m.GetWidth() {
			if m.Get(x, y) {
				img.SetColorIndex(at.X+x, at.Y+y, 1)
			}
		}
	}
}
