package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"besedka/core/qr"
)

// TestPDFsHoldUpNoPhotos: while PDFs wait for each other photos are looked at, and a
// PDF waits no longer than its fetch does.
func TestPDFsHoldUpNoPhotos(t *testing.T) {
	t.Parallel()
	a := &app{looks: make(chan struct{}, 1), pdfs: make(chan struct{}, 1)}
	a.pdfs <- struct{}{} // somebody's, which goes on and on
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 50, 50))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	read, err := a.look(ctx, photo.Bytes(), nil)
	if err != nil || read.Trouble != qr.NoCode {
		t.Errorf("a photo: %+v, %v", read, err)
	}
	cancel()
	if _, err := a.look(ctx, wordsPDF("waits"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a PDF whose fetch is over: %v", err)
	}
}
