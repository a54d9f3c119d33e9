package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/qr"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
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

// TestPhotosAreJoinedAgain: who dies before the code of two photos is handed on finds it
// once more.
func TestPhotosAreJoinedAgain(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	key, wrapped := keys.NewKey()
	now := time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)
	subject, err := storage.Value[int64](t.Context(), db, `with m as (insert into member (created_at) values ($2) returning id)
		insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select id, 'webchat', 'x', '', $1, $2 from m returning id`, wrapped, now)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{publisher: &publisher{now: func() time.Time { return now }}, media: media.New(db, keys), looks: make(chan struct{}, 1), pdfs: make(chan struct{}, 1)}
	for try, right := range []bool{false, true, true} {
		photo, err := a.keepPhoto(t.Context(), conversation.Fetch{Subject: subject, Key: key, In: chat.Inbound{Photo: &chat.Photo{}}}, halfOfCode(t, right))
		if read := len(photo.Codes) > 0; err != nil || read != right {
			t.Errorf("photo %d: %+v, %v", try, photo, err)
		}
	}
}

// halfOfCode is a receipt's code of which glare hides one half, all but the corners.
func halfOfCode(t *testing.T, right bool) []byte {
	t.Helper()
	const module, quiet, corner = 8, 4, 9
	code, err := encoder.Encoder_encodeWithoutHint("t=20260503T1405&s=1284.50&fn=7380440800512345&i=4821&fp=2719364810&n=1", decoder.ErrorCorrectionLevel_L)
	if err != nil {
		t.Fatal(err)
	}
	dots := code.GetMatrix()
	n := dots.GetWidth()
	g := image.NewGray(image.Rect(0, 0, (n+2*quiet)*module, (n+2*quiet)*module))
	draw.Draw(g, g.Rect, image.NewUniform(color.Gray{Y: 230}), image.Point{}, draw.Src)
	for y := range n {
		for x := range n {
			edge := func(v int) bool { return v < corner || v >= n-corner }
			shade := uint8(230)
			switch pattern := edge(x) && edge(y) && (x < corner || y < corner); {
			case !pattern && right == (2*x >= n):
				shade = 250
			case dots.Get(x, y) == 1:
				shade = 30
			}
			at := image.Rect((x+quiet)*module, (y+quiet)*module, (x+quiet+1)*module, (y+quiet+1)*module)
			draw.Draw(g, at, image.NewUniform(color.Gray{Y: shade}), image.Point{}, draw.Src)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, g); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
