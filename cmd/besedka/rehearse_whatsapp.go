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
	server.Hook(s.site + hookPath(chat.WhatsApp))
	return stand(chat.WhatsApp, server, rehearsal.NewWhatsApp(server), func(url string) messenger {
		number.Server = url
		return number.messenger(s.site)
	})
}
