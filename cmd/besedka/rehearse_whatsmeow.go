//go:build !nowhatsmeow

package main

import (
	"context"

	"besedka/bots"
	fake "besedka/bots/fake/whatsapp"
	device "besedka/bots/whatsapp"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// whatsmeowFakes is the one WhatsApp with a linked device.
func (s *stage) whatsmeowFakes() []func() (fakeMessenger, error) {
	return []func() (fakeMessenger, error){s.startWhatsmeow}
}

// startWhatsmeow is the rehearsed WhatsApp. Its device is linked when there is
// a database to keep its keys in.
func (s *stage) startWhatsmeow() (fakeMessenger, error) {
	fake.Trust()
	account := whatsmeow{Phone: "79990000000"}
	server := fake.New(account.Phone, s.clock.Now)
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	over, err := fake.Transport(url)
	if err != nil {
		return fakeMessenger{}, err
	}
	m := account.messenger()
	m.open = func(w supplies) (bots.Listener, error) {
		if err := linkFake(context.Background(), server, w); err != nil {
			return nil, err
		}
		return openWhatsmeow(account, w, over)
	}
	return fakeMessenger{
		messenger: m, name: chat.Whatsmeow, people: rehearsal.NewWhatsmeow(server),
		close: func() { wire.Close() }, //nolint:errcheck // nothing is left to lose
	}, nil
}

// linkFake puts a device that the server has linked into the database.
func linkFake(ctx context.Context, server *fake.Server, w supplies) error {
	db := w.db.SQL(device.Schema)
	defer db.Close() //nolint:errcheck // nothing is left to lose
	devices, err := device.Open(ctx, db, boxOf(w.keys))
	if err != nil {
		return err
	}
	d := devices.NewDevice()
	if err := server.Link(d); err != nil {
		return err
	}
	return d.Save(ctx)
}
