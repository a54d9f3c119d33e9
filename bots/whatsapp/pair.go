//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

// Code is what links a device: shown as a picture to be scanned, or eight letters
// to be typed into the phone.
type Code struct{ QR, Letters string }

// Pairing is what Pair needs. DB, Box and Show are required.
type Pairing struct {
	DB    *sql.DB
	Box   Box
	Over  http.RoundTripper // nil = the internet
	Phone string            // of the account, in digits, to link by letters; "" = by QR
	Show  func(Code)        // a new code; the one before is void
}

// deviceName is how the phone lists the device. WhatsApp takes letters only from
// what names itself as a browser does.
const (
	deviceName  = "Besedka"
	browserName = "Chrome (Linux)"
)

// Pair links a new device to an account and returns the account's number, in
// digits, once the device has been let in.
func Pair(ctx context.Context, p Pairing) (phone string, err error) {
	quiet()
	devices, err := Open(ctx, p.DB, p.Box)
	if err != nil {
		return "", err
	}
	if p.Phone != "" {
		if d, err := deviceOf(ctx, devices, p.Phone); err != nil || d != nil {
			return "", errors.Join(err, alreadyLinked(d))
		}
	}
	store.DeviceProps.Os = proto.String(deviceName)
	client := newClient(devices.NewDevice(), p.Over)
	defer client.Disconnect()
	news := make(chan any, 16) // more than a pairing has
	client.AddEventHandlerWithSuccessStatus(func(evt any) bool {
		if _, ok := evt.(*events.Message); ok { // it comes again to who takes messages
			return false
		}
		select {
		case news <- evt:
		default:
		}
		return true
	})
	codes, err := client.GetQRChannel(ctx)
	if err != nil {
		return "", err
	}
	if err := client.ConnectContext(ctx); err != nil {
		return "", fmt.Errorf("connect: %w", brief(err))
	}
	return p.await(ctx, client, codes, news)
}

// alreadyLinked refuses a second device of one account: the two would throw each
// other out.
func alreadyLinked(d *store.Device) error {
	if d == nil {
		return nil
	}
	return errors.New("a device is linked to this account already: unlink it on the phone first")
}

// await shows codes until the device is let in.
func (p Pairing) await(ctx context.Context, client *whatsmeow.Client, codes <-chan whatsmeow.QRChannelItem, news <-chan any) (string, error) {
	asked := false
	for {
		select {
		case code, ok := <-codes:
			switch {
			case !ok:
				codes = nil
			case code.Event == whatsmeow.QRChannelTimeout.Event:
				return "", errors.New("nobody used the codes in time: try again")
			case code.Event == whatsmeow.QRChannelEventError:
				return "", fmt.Errorf("link the device: %w", code.Error)
			case code.Event != whatsmeow.QRChannelEventCode:
			case p.Phone == "":
				p.Show(Code{QR: code.Code})
			case !asked:
				asked = true
				letters, err := client.PairPhone(ctx, p.Phone, true, whatsmeow.PairClientChrome, browserName)
				if err != nil {
					return "", fmt.Errorf("ask for letters: %w", brief(err))
				}
				p.Show(Code{Letters: letters})
			}
		case evt := <-news:
			if _, ok := evt.(*events.Connected); ok {
				return client.Store.ID.User, nil
			}
			if refused, ok := errors.AsType[*refusedError](ending(evt)); ok {
				return "", refused
			}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
