package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// photo is a JPEG of 48 by 32 dots whose first eighth, the top left corner, is white, as a
// camera writes it that was held as orientation says.
func photo(t testing.TB, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 48, 32))
	for y := range 16 {
		for x := range 16 {
			picture.SetGray(x, y, color.Gray{Y: 255})
		}
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	mark := map[bool]string{true: "II", false: "MM"}[order.String() == "LittleEndian"]
	tiff := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, e := range [][2]uint16{{0x0100, 48}, {orientationTag, orientation}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, e[0]), shortType)
		tiff = order.AppendUint16(order.AppendUint16(order.AppendUint32(tiff, 1), e[1]), 0)
	}
	exif := append([]byte("Exif\x00\x00"), tiff...)
	head := append([]byte{0xff, 0xd8, 0xff, application1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(head, exif...), plain.Bytes()[2:]...)
}

// TestUpright: however the camera was held, the corner that was at the top left of the
// world is there in what is drawn, and nothing is lost of the sides.
func TestUpright(t *testing.T) {
	t.Parallel()
	wide, tall := image.Pt(48, 32), image.Pt(32, 48)
	for orientation, want := range map[uint16]struct{ size, white image.Point }{
		0: {wide, image.Pt(4, 4)}, 1: {wide, image.Pt(4, 4)}, 2: {wide, image.Pt(44, 4)}, 3: {wide, image.Pt(44, 28)}, 4: {wide, image.Pt(4, 28)},
		5: {tall, image.Pt(4, 4)}, 6: {tall, image.Pt(28, 4)}, 7: {tall, image.Pt(28, 44)}, 8: {tall, image.Pt(4, 44)}, 9: {wide, image.Pt(4, 4)},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			drawn, err := redraw(photo(t, orientation, order))
			if err != nil {
				t.Fatal(err)
			}
			got, kind, err := image.Decode(bytes.NewReader(drawn))
			if err != nil || kind != "jpeg" || got.Bounds().Size() != want.size {
				t.Fatalf("orientation %d: %s of %v, %v", orientation, kind, got.Bounds(), err)
			}
			for _, corner := range []image.Point{{4, 4}, {want.size.X - 4, 4}, {4, want.size.Y - 4}, {want.size.X - 4, want.size.Y - 4}} {
				bright, _, _, _ := got.At(corner.X, corner.Y).RGBA()
				if isWhite := bright > 0xc000; isWhite != (corner == want.white) {
					t.Errorf("orientation %d, %v: at %v white is %v", orientation, order, corner, isWhite)
				}
			}
		}
	}
}

func TestNoPicture(t *testing.T) {
	t.Parallel()
	var huge bytes.Buffer
	if err := png.Encode(&huge, image.NewGray(image.Rect(0, 0, 6000, 5000))); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "svg": []byte("<svg/>"), "cut off": photo(t, 6, binary.BigEndian)[:200], "too many dots": huge.Bytes(),
	} {
		if _, err := redraw(data); !errors.Is(err, ErrNoPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOrientation: whatever a file says of its camera, it is read without harm.
func FuzzOrientation(f *testing.F) {
	f.Add(photo(f, 6, binary.LittleEndian))
	f.Add(photo(f, 8, binary.BigEndian))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"))
	f.Add([]byte("\xff\xd8" + strings.Repeat("\xff\xe1\xff\xff", 3)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := orientation(data); o < 0 || o > 0xffff {
			t.Errorf("orientation %d", o)
		}
	})
}
