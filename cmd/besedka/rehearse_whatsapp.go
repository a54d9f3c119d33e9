package main

import (
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// startWhatsApp is the rehearsed WhatsApp and the number in it.
func (s *stage) startWhatsApp() (fakeMessenger, error) {
	number := whatsapp{Token: "rehearsal", PhoneID: "1", AppSecret: "rehearsal", VerifyToken: "rehearsal"}
	server := fake.New(fake.Config{
		Token: string(number.Token), Phone: number.PhoneID, AppSecret: string(number.AppSecret), VerifyToken: string(number.VerifyToken), Now: s.clock.Now,
	})
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	number.Server = url
	server.Hook(s.site + hookPath(chat.WhatsApp))
	return fakeMessenger{
		messenger: number.messenger(s.site), name: chat.WhatsApp, people: rehearsal.NewWhatsApp(server),
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}
