package qr

import (
	"image"
	"testing"
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
