package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"image/png"
	"time"

	"besedka/core/fiscal"
	"besedka/core/verify/emulator"
	"besedka/web/receiptart"
)

// tray draws the pictures that visitors of the demonstration send.
type tray struct {
	emulated *emulated
	zone     *time.Location
	now      func() time.Time
}

// Totals of the tray's receipts, in kopecks.
const (
	goodTotal    = 128450
	anotherTotal = 48000
	forgedTotal  = 312000
)

// draw makes one of web.Tray as PNG. Each visitor has receipts of their own,
// the same ones all day.
func (t tray) draw(_ context.Context, visitor, kind string) ([]byte, error) {
	picture, err := t.picture(visitor, kind)
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", kind, err)
	}
	var out bytes.Buffer
	err = png.Encode(&out, picture)
	return out.Bytes(), err
}

func (t tray) picture(visitor, kind string) (image.Image, error) {
	switch kind {
	case "pizza":
		return receiptart.Pizza(), nil
	case "another":
		return t.receipt(t.document(visitor, kind, anotherTotal), true)
	case "noqr":
		return t.receipt(t.document(visitor, kind, goodTotal), false)
	case "forged":
		q := t.document(visitor, kind, forgedTotal)
		if _, err := t.emulated.AddReceipt(emulator.Invent(q), 0, emulator.Forged); err != nil {
			return nil, err
		}
		return t.receipt(q, true)
	}
	return t.receipt(t.document(visitor, "good", goodTotal), true)
}

func (t tray) receipt(q fiscal.QR, printed bool) (image.Image, error) {
	contents, err := fiscal.ParseReceipt(emulator.Invent(q))
	if err != nil {
		return nil, err
	}
	if !printed {
		return receiptart.Receipt(contents, "")
	}
	return receiptart.Receipt(contents, q.String())
}

// document is a fiscal document of today that only this visitor holds.
func (t tray) document(visitor, kind string, total int64) fiscal.QR {
	at := t.shopping()
	h := fnv.New64a()
	fmt.Fprint(h, visitor, kind, at)
	n := h.Sum64()
	return fiscal.QR{
		Time: fiscal.CivilAt(at), Sum: total, Operation: fiscal.Sale,
		FN: fmt.Sprintf("9961%012d", n%1e12), FD: int64(n>>40)%99_999 + 2, FP: int64(n%4_000_000_000) + 1,
	}
}

// shopping is when the tray's receipts were printed: this morning, or
// yesterday evening while it is too early for that.
func (t tray) shopping() time.Time {
	now := t.now().In(t.zone)
	morning := time.Date(now.Year(), now.Month(), now.Day(), 9, 41, 0, 0, t.zone)
	if morning.After(now) {
		return morning.Add(-15 * time.Hour)
	}
	return morning
}
