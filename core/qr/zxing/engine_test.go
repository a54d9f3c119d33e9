package zxing_test

import (
	"context"
	"errors"
	"image"
	"image/draw"
	"os"
	"sync"
	"testing"

	qrcode "github.com/skip2/go-qrcode"

	"besedka/core/qr/zxing"
)

const text = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"

// module is what npm ci lays out, the original of what is embedded.
const module = "../../../web/node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"

func open(t *testing.T) *zxing.Engine {
	t.Helper()
	wasm, err := os.ReadFile(module)
	if err != nil {
		t.Skip("SKIPPED: no zxing-wasm; run tools/web.sh")
	}
	e, err := zxing.Open(t.Context(), wasm, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) }) //nolint:errcheck // the test ends
	return e
}

// drawn is a code on a white sheet, at 20, 30.
func drawn(t *testing.T, side int) *image.Gray {
	t.Helper()
	code, err := qrcode.New(text, qrcode.Low)
	if err != nil {
		t.Fatal(err)
	}
	code.DisableBorder = true
	g := image.NewGray(image.Rect(0, 0, side+60, side+60))
	draw.Draw(g, g.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(g, image.Rect(20, 30, 20+side, 30+side), code.Image(side), image.Point{}, draw.Src)
	return g
}

func TestEngine(t *testing.T) {
	t.Parallel()
	e := open(t)
	t.Run("reads, many at once", func(t *testing.T) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				got, err := e.Read(t.Context(), drawn(t, 264), zxing.Options{})
				if err != nil || len(got) != 1 || got[0].Text != text {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
		all.Wait()
	})
	t.Run("tells where", func(t *testing.T) {
		got, err := e.Read(t.Context(), drawn(t, 264), zxing.Options{Global: true, Denoise: true})
		if err != nil || len(got) == 0 {
			t.Fatalf("got %+v, %v", got, err)
		}
		for i, want := range [4]image.Point{{20, 30}, {283, 30}, {283, 293}, {20, 293}} {
			if off := got[0].Corners[i].Sub(want); off.X*off.X+off.Y*off.Y > 18 {
				t.Errorf("corner %d at %v, want %v", i, got[0].Corners[i], want)
			}
		}
	})
	t.Run("sees what it cannot read", func(t *testing.T) { // C++ throws and catches on the way
		g := drawn(t, 264)
		draw.Draw(g, image.Rect(120, 120, 230, 230), image.White, image.Point{}, draw.Src)
		got, err := e.Read(t.Context(), g, zxing.Options{})
		if err != nil || len(got) == 0 || got[0].Err == nil || got[0].Text != "" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("stops with its context and goes on afterwards", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 { // more than there are instances
			if got, err := e.Read(ctx, drawn(t, 264), zxing.Options{}); !errors.Is(err, context.Canceled) {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		if got, err := e.Read(t.Context(), drawn(t, 264), zxing.Options{}); err != nil || len(got) != 1 {
			t.Errorf("afterwards: %+v, %v", got, err)
		}
	})
	t.Run("refuses what would not fit into its memory", func(t *testing.T) {
		if _, err := e.Read(t.Context(), image.NewGray(image.Rect(0, 0, zxing.MaxPixels, 2)), zxing.Options{}); err == nil {
			t.Error("took it")
		}
	})
}

func TestOpenTakesOneModuleOnly(t *testing.T) {
	t.Parallel()
	if _, err := zxing.Open(t.Context(), []byte("\x00asm\x01\x00\x00\x00"), ""); !errors.Is(err, zxing.ErrWrongModule) {
		t.Errorf("got %v", err)
	}
}
