package qr

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"besedka/core/qr/mend"
	"besedka/core/qr/zxing"
)

// TestTurnRefusesRibbons: a long receipt is turned; a ribbon would take gigabytes.
func TestTurnRefusesRibbons(t *testing.T) {
	t.Parallel()
	if turn(image.NewGray(image.Rect(0, 0, 300, 1800)), 30) == nil {
		t.Error("a long receipt is not turned")
	}
	if got := turn(image.NewGray(image.Rect(0, 0, 30, 6000)), 30); got != nil {
		t.Errorf("a ribbon of 180,000 pixels is turned to %d", len(got.Pix))
	}
}

// TestLookCloserSkipsWhatIsOutside: a part of no pixels would be enlarged for ever.
func TestLookCloserSkipsWhatIsOutside(t *testing.T) {
	t.Parallel()
	s := search{picture: image.NewGray(image.Rect(0, 0, 100, 100))}
	for _, at := range []mend.Point{{X: 500, Y: 10}, {X: 100, Y: 10}, {X: -170, Y: -170}} {
		s.note(place{at, {X: at.X + 90, Y: at.Y}, {X: at.X + 90, Y: at.Y + 90}, {X: at.X, Y: at.Y + 90}})
	}
	s.lookCloser(t.Context())
	if s.close != 3 || len(s.codes) > 0 {
		t.Errorf("%d of 3 places done, read %q", s.close, s.codes)
	}
}

// startled is a context that panics where only an engine asks it.
type startled struct{ context.Context }

func (startled) Done() <-chan struct{} { panic("what nobody thought of") }

// TestReadSurvivesPanic: a panic costs one picture, and the log has it.
func TestReadSurvivesPanic(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 200, 200))); err != nil {
		t.Fatal(err)
	}
	got := Reader{Engine: &zxing.Engine{}}.Read(startled{t.Context()}, file.Bytes())
	if got.Trouble != Corrupt || got.Fault == nil {
		t.Errorf("got %+v", got)
	}
}

// mosaic is paved with corner patterns, each module of them two pixels.
func mosaic(side int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, side, side))
	for i := range g.Pix {
		x, y := i%side/2%8, i/side/2%8
		off := max(x-3, 3-x, y-3, 3-y) // rings: 0 and 1 dark, 2 light, 3 dark, 4 between them
		if off == 2 || off == 4 {
			g.Pix[i] = 255
		}
	}
	return g
}

// TestPatternsHaveAnEnd: what a mosaic costs is not the square of its stones, and
// nothing is sought when the time is over.
func TestPatternsHaveAnEnd(t *testing.T) {
	t.Parallel()
	g := mosaic(1280)
	if got := len(patterns(t.Context(), g)); got == 0 || got > 2*maxPatterns {
		t.Errorf("%d patterns, want some and about %d at most", got, maxPatterns)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got := patterns(over, g); len(got) > 0 {
		t.Errorf("%d patterns after the time was over", len(got))
	}
}
