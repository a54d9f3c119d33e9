package main

import (
	fake "besedka/bots/fake/cloudapi"
	"besedka/core/chat"
	"besedka/flows"
	"besedka/web/rehearsal"
)

// startWhatsApp is the rehearsed WhatsApp and the number in it.
func (s *stage) startWhatsApp() (fakeMessenger, error) {
	number := whatsapp{Token: "rehearsal", PhoneID: "1", AppSecret: "rehearsal", VerifyToken: "rehearsal", BusinessID: "2"}
	server := fake.New(fake.Config{
		Token: string(number.Token), Phone: number.PhoneID, AppSecret: string(number.AppSecret), VerifyToken: string(number.VerifyToken), Business: number.BusinessID, Now: s.clock.Now,
	})
	s.approve = func(p *flows.Programme) { server.Keep(approved(p)) }
	server.Hook(s.site + hookPath(chat.WhatsApp))
	return stand(chat.WhatsApp, server, rehearsal.NewWhatsApp(server), func(url string) messenger {
		number.Server = url
		return number.messenger(s.site)
	})
}

// approved are the templates of a programme as Meta has them: all as they are written.
func approved(p *flows.Programme) (all []fake.Template) {
	for _, t := range p.Templates {
		category := "UTILITY"
		if t.Marketing {
			category = "MARKETING"
		}
		for _, lang := range p.Languages {
			all = append(all, fake.Template{Name: t.Name, Lang: lang, Status: "APPROVED", Category: category, Body: t.Body[lang]})
		}
	}
	return all
}
