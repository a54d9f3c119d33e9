package qr_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	qrcode "github.com/skip2/go-qrcode"

	"besedka/core/qr"
)

const (
	receipt = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"
	advert  = "https://example.com/promo"
)

// code draws a QR code of the given side with a white border.
func code(t *testing.T, text string, side int) image.Image {
	t.Helper()
	c, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	return c.Image(side)
}

// paper puts pictures side by side on a sheet of 1000 by 1400.
func paper(shade uint8, pictures ...image.Image) *image.Gray {
	sheet := image.NewGray(image.Rect(0, 0, 1000, 1400))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.Gray{Y: shade}), image.Point{}, draw.Src)
	for i, p := range pictures {
		draw.Draw(sheet, p.Bounds().Add(image.Pt(90+450*i, 800)), p, p.Bounds().Min, draw.Src)
	}
	return sheet
}

// each changes every pixel by its place and brightness.
func each(g *image.Gray, change func(x, y int, v float64) float64) *image.Gray {
	out := image.NewGray(g.Rect)
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			out.SetGray(x, y, color.Gray{Y: uint8(min(max(change(x, y, float64(g.GrayAt(x, y).Y)), 0), 255))})
		}
	}
	return out
}

func asJPEG(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadsWhatPhonesSend(t *testing.T) {
	t.Parallel()
	sheet := paper(250, code(t, receipt, 400))
	dice := rand.New(rand.NewPCG(1, 2))
	clear := image.NewNRGBA(image.Rect(0, 0, 500, 500)) // transparent around the code
	draw.Draw(clear, image.Rect(50, 50, 450, 450), code(t, receipt, 400), image.Point{}, draw.Src)
	for name, data := range map[string][]byte{
		"JPEG":            asJPEG(t, sheet, 80),
		"poor JPEG":       asJPEG(t, sheet, 15),
		"PNG":             asPNG(t, sheet),
		"GIF":             asGIF(t, sheet),
		"transparent PNG": asPNG(t, clear),
		"a small code":    asJPEG(t, paper(250, code(t, receipt, 150)), 85),
		"pale print":      asJPEG(t, each(sheet, func(_, _ int, v float64) float64 { return 170 + v/3.2 }), 80),
		"in shadow":       asJPEG(t, each(sheet, func(x, _ int, v float64) float64 { return v * float64(1100-x) / 1000 }), 80),
		"at night":        asJPEG(t, each(sheet, func(_, _ int, v float64) float64 { return v/6 + 6*dice.Float64() }), 80),
		"light on dark":   asPNG(t, each(sheet, func(_, _ int, v float64) float64 { return 255 - v })),
		"a huge photo":    asJPEG(t, enlarge(sheet, 3), 80),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := qr.Result{Codes: []string{receipt}}
			if diff := cmp.Diff(want, qr.Reader{}.Read(t.Context(), data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// enlarge repeats pixels n times.
func enlarge(g *image.Gray, n int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx()*n, g.Rect.Dy()*n))
	return each(out, func(x, y int, _ float64) float64 { return float64(g.GrayAt(x/n, y/n).Y) })
}

func TestFiscalCodeFirst(t *testing.T) {
	t.Parallel()
	for name, sheet := range map[string]image.Image{
		"advertisement left":  paper(255, code(t, advert, 400), code(t, receipt, 400)),
		"advertisement right": paper(255, code(t, receipt, 400), code(t, advert, 400)),
	} {
		got := qr.Reader{}.Read(t.Context(), asPNG(t, sheet))
		if len(got.Codes) == 0 || got.Codes[0] != receipt {
			t.Errorf("%s: got %q, want the receipt first", name, got.Codes)
		}
	}
	got := qr.Reader{}.Read(t.Context(), asPNG(t, paper(255, code(t, advert, 400))))
	got.Seen = nil // a receipt's code might have been beside it
	if diff := cmp.Diff(qr.Result{Codes: []string{advert}}, got); diff != "" {
		t.Errorf("an advertisement alone (-want +got):\n%s", diff)
	}
}

// A code that is read at once must not end the search for the receipt's, which only
// a later pass reads.
func TestFiscalCodeIsSoughtBehindAnother(t *testing.T) {
	t.Parallel()
	negative := image.NewGray(image.Rect(0, 0, 400, 400))
	draw.Draw(negative, negative.Rect, code(t, receipt, 400), image.Point{}, draw.Src)
	negative = each(negative, func(_, _ int, v float64) float64 { return 255 - v })
	got := qr.Reader{}.Read(t.Context(), asPNG(t, paper(255, code(t, advert, 400), negative)))
	if diff := cmp.Diff(qr.Result{Codes: []string{receipt, advert}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// header is a PNG that claims a size and has no pixels.
func header(width, height uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func TestTroubles(t *testing.T) {
	t.Parallel()
	good := asJPEG(t, paper(250, code(t, receipt, 400)), 80)
	for name, tt := range map[string]struct {
		data []byte
		want qr.Result
	}{
		"text":            {[]byte("Здравствуйте, вот мой чек"), qr.Result{Trouble: qr.NotPicture}},
		"nothing":         {nil, qr.Result{Trouble: qr.NotPicture}},
		"cut off":         {good[:len(good)/2], qr.Result{Trouble: qr.Corrupt}},
		"header only":     {good[:30], qr.Result{Trouble: qr.Corrupt}},
		"100 megapixels":  {header(10_000, 10_000), qr.Result{Trouble: qr.TooManyPixels}},
		"30 megapixels":   {header(6000, 5000), qr.Result{Trouble: qr.TooManyPixels}},
		"a good phone's":  {header(5712, 4284), qr.Result{Trouble: qr.Corrupt}}, // 24 megapixels, and none of them here
		"the sky":         {header(300_000, 300_000), qr.Result{Trouble: qr.TooManyPixels}},
		"a long file":     {append(good, make([]byte, qr.MaxBytes)...), qr.Result{Trouble: qr.TooLarge}},
		"an empty sheet":  {asJPEG(t, paper(250), 80), qr.Result{Trouble: qr.NoCode}},
		"a pocket":        {asJPEG(t, paper(9), 80), qr.Result{Trouble: qr.NoCode, Hint: qr.TooDark}},
		"a postage stamp": {asPNG(t, image.NewGray(image.Rect(0, 0, 60, 60))), qr.Result{Trouble: qr.NoCode, Hint: qr.TooSmall}},
		"a thread":        {asPNG(t, image.NewGray(image.Rect(0, 0, 3, 1_000_000))), qr.Result{Trouble: qr.TooManyPixels}},
		"a short thread":  {asPNG(t, image.NewGray(image.Rect(0, 0, 3, 31_000))), qr.Result{Trouble: qr.NoCode, Hint: qr.TooSmall}},
		"one pixel":       {asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), qr.Result{Trouble: qr.NoCode, Hint: qr.TooSmall}},
	} {
		if diff := cmp.Diff(tt.want, qr.Reader{}.Read(t.Context(), tt.data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// FuzzRead: whatever a stranger sends is answered in time, with codes or a trouble.
func FuzzRead(f *testing.F) {
	f.Add(header(10_000, 10_000))
	f.Add([]byte("GIF89a\x10\x00\x10\x00\xf0\x00\x00\x00\x00\x00\xff\xff\xff,"))
	f.Add([]byte("RIFF\x24\x00\x00\x00WEBPVP8 "))
	var small, short bytes.Buffer
	if err := errors.Join(jpeg.Encode(&small, paper(250).SubImage(image.Rect(0, 0, 40, 40)), nil), gif.Encode(&short, image.NewGray(image.Rect(0, 0, 9, 9)), nil)); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add(short.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got := (qr.Reader{}).Read(ctx, data); (len(got.Codes) == 0) != (got.Trouble != "") {
			t.Errorf("got %+v", got)
		}
	})
}

// spoilt is a code whose data is noise: its corners are there, its text is not.
func spoilt(t *testing.T, side int) *image.Gray {
	dice := rand.New(rand.NewPCG(5, 6))
	g := image.NewGray(image.Rect(0, 0, side, side))
	draw.Draw(g, g.Rect, code(t, receipt, side), image.Point{}, draw.Src)
	return each(g, func(x, y int, v float64) float64 {
		if min(x, y) > side*3/10 && max(x, y) < side*9/10 {
			return float64(dice.IntN(2) * 255)
		}
		return v
	})
}

// soften blurs by averages of so many neighbours each way.
func soften(g *image.Gray, r int) *image.Gray {
	across := each(g, func(x, y int, _ float64) (sum float64) {
		for i := -r; i <= r; i++ {
			sum += float64(g.GrayAt(min(max(x+i, 0), g.Rect.Dx()-1), y).Y) / float64(2*r+1)
		}
		return sum
	})
	return each(across, func(x, y int, _ float64) (sum float64) {
		for i := -r; i <= r; i++ {
			sum += float64(across.GrayAt(x, min(max(y+i, 0), g.Rect.Dy()-1)).Y) / float64(2*r+1)
		}
		return sum
	})
}

// TestHints: a photo that cannot be read says why.
func TestHints(t *testing.T) {
	t.Parallel()
	sheet := paper(250, code(t, receipt, 400))
	for name, tt := range map[string]struct {
		photo image.Image
		want  qr.Hint
	}{
		"moved":   {soften(soften(sheet, 12), 12), qr.Blurred},
		"cut off": {sheet.SubImage(image.Rect(0, 0, 1000, 1040)), qr.CutOff},
		"mirrored": {each(sheet, func(x, y int, v float64) float64 {
			if dx, dy := x-170, y-1120; dx*dx+dy*dy < 130*130 {
				return 255
			}
			return 20 + v*0.6
		}), qr.Glare},
		"from afar": {paper(250, spoilt(t, 90)), qr.TooSmall},
		"a dinner":  {each(paper(120), func(x, y int, v float64) float64 { return v + float64((x/40+y/60)%2*60) }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := qr.Result{Trouble: qr.NoCode, Hint: tt.want}, qr.Reader{}.Read(t.Context(), asPNG(t, tt.photo))
			got.Seen = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := qr.Reader{}.Read(ctx, asPNG(t, paper(250, code(t, receipt, 400))))
	if diff := cmp.Diff(qr.Result{Trouble: qr.TooManyPixels}, got); diff != "" {
		t.Errorf("after the time was over (-want +got):\n%s", diff)
	}
}
