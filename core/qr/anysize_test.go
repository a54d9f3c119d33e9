package qr

import (
	"image"
	"image/draw"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	qrcode "github.com/skip2/go-qrcode"
)

// sheet shows codes of the texts side by side, the sheet turned.
func sheet(t *testing.T, degrees float64, texts ...string) *image.Gray {
	t.Helper()
	const size = 420
	g := image.NewGray(image.Rect(0, 0, size*len(texts), size))
	for i, text := range texts {
		c, err := qrcode.New(text, qrcode.Medium)
		if err != nil {
			t.Fatal(err)
		}
		draw.Draw(g, image.Rect(size*i, 0, size*(i+1), size), c.Image(size), image.Point{}, draw.Src)
	}
	return turn(g, degrees)
}

// Codes are read by their corner patterns alone, of any size, wherever up is, and all
// that are there.
func TestGridReadsEverySize(t *testing.T) {
	t.Parallel()
	middle, big := strings.Repeat("Полянка ", 12), strings.Repeat("https://polyanka.example/ ", 16)
	for _, texts := range [][]string{{"1"}, {middle, big}} {
		for _, degrees := range []float64{0, 17, 45, 250} {
			s := search{picture: sheet(t, degrees, texts...)}
			byGrid(&s, t.Context(), even(&s))
			byGrid(&s, t.Context(), far(&s))
			slices.Sort(s.codes)
			if diff := cmp.Diff(slices.Sorted(slices.Values(texts)), s.codes); diff != "" {
				t.Errorf("turned by %v degrees: %s", degrees, diff)
			}
		}
	}
}

// Three corner patterns of three codes are a square, too, but nothing is written there.
func TestGridReadsNothingBetweenCodes(t *testing.T) {
	t.Parallel()
	s := search{picture: sheet(t, 0, "1", "2", "3", "4")}
	byGrid(&s, t.Context(), far(&s))
	if len(s.codes) == 0 {
		t.Error("the codes themselves are not read")
	}
	for _, text := range s.codes {
		if !strings.Contains("1234", text) {
			t.Errorf("read %q", text)
		}
	}
}
