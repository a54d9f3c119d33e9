package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

// noise is a picture that does not pack, its left half transparent.
func noise(t *testing.T, width, height int) []byte {
	t.Helper()
	chance := rand.New(rand.NewPCG(1, 2))
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := width / 2; x < width; x++ {
			picture.SetNRGBA(x, y, color.NRGBA{uint8(chance.Uint32()), uint8(chance.Uint32()), uint8(chance.Uint32()), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestShrink: however large it is, what comes out is a JPEG within the limit, in its
// proportions, and white where nothing was.
func TestShrink(t *testing.T) {
	t.Parallel()
	s := New(nil, nil)
	data := noise(t, 600, 300)
	for _, limit := range []int{1 << 20, 60_000, 5_000} {
		small, err := s.Shrink(t.Context(), data, limit)
		if err != nil || len(small) > limit {
			t.Fatalf("%d bytes, %v; want at most %d", len(small), err, limit)
		}
		got, kind, err := image.Decode(bytes.NewReader(small))
		if err != nil || kind != "jpeg" || got.Bounds().Dx() != 2*got.Bounds().Dy() {
			t.Fatalf("%s, %v, %v", kind, got.Bounds(), err)
		}
		if r, _, _, _ := got.At(0, 0).RGBA(); r < 0xf000 {
			t.Errorf("the empty corner is %x, want white", r)
		}
	}
	for name, bad := range map[string][]byte{"no picture": []byte("<svg/>"), "nothing": nil} {
		if _, err := s.Shrink(t.Context(), bad, 1<<20); !errors.Is(err, ErrNoPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Shrink(t.Context(), data, 10); !errors.Is(err, ErrNoPicture) {
		t.Errorf("no room at all: %v", err)
	}
}
