//go:build !nowhatsmeow

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/skip2/go-qrcode"

	"besedka/bots"
	device "besedka/bots/whatsapp"
	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// openWhatsmeow makes the adapter, whose connections go over; nil is the
// internet.
func openWhatsmeow(c whatsmeow, w supplies, over http.RoundTripper) (bots.Listener, error) {
	return device.New(device.Config{
		Phone: c.Phone, PerMinute: c.PerMinute, DB: w.db.SQL(device.Schema), Box: boxOf(w.keys), Over: over, Picture: w.picture, Now: w.now, Log: w.log,
		Sent: func(ctx context.Context, peer, id string) (chat.Wire, bool, error) {
			return w.door.SentAs(ctx, chat.Whatsmeow, peer, id)
		},
	})
}

// boxOf seals what nobody is the subject of.
func boxOf(keys *seal.Keyring) device.Box { return device.Box{Seal: keys.Seal, Open: keys.Open} }

// whatsappPairCmd links this installation to a WhatsApp account.
type whatsappPairCmd struct {
	place `embed:""`
	Phone string `help:"Link by eight letters that the phone with this number asks for, instead of by a QR code; in digits: 79990000000."`
}

// Run shows codes until a phone has used one.
func (c *whatsappPairCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	in, err := c.place.open(ctx, log)
	if err != nil {
		return err
	}
	defer in.close(ctx) //nolint:errcheck // the process ends
	return pairWhatsmeow(ctx, in.db, device.Pairing{Box: boxOf(in.keys), Phone: c.Phone}, out)
}

func pairWhatsmeow(ctx context.Context, db *storage.DB, p device.Pairing, out io.Writer) error {
	p.DB = db.SQL(device.Schema)
	defer p.DB.Close() //nolint:errcheck // nothing is left to lose
	p.Show = func(code device.Code) { showCode(out, code) }
	fmt.Fprint(out, "Телефон: WhatsApp → Связанные устройства → Привязка устройства.\n\n")
	phone, err := device.Pair(ctx, p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nПривязано. Теперь: besedka serve --whatsmeow-phone %s\n", phone)
	return err
}

func showCode(out io.Writer, code device.Code) {
	if code.Letters != "" {
		fmt.Fprintf(out, "«Связать по номеру телефона», код: %s\n", code.Letters)
		return
	}
	qr, err := qrcode.New(code.QR, qrcode.Low)
	if err != nil { // it is longer than a picture holds
		fmt.Fprintln(out, code.QR)
		return
	}
	fmt.Fprintln(out, qr.ToSmallString(false))
}
