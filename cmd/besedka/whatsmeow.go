package main

import (
	"besedka/bots"
)

// whatsmeow is the WhatsApp account that this installation is a linked device
// of; without its number there is none. The pace is a person's: WhatsApp bans who
// writes faster.
type whatsmeow struct {
	Phone     string `help:"Number of the WhatsApp account that besedka whatsapp pair has linked, in digits: 79990000000. Experimental, unofficial: may stop working, may cost the number." env:"BESEDKA_WHATSMEOW_PHONE"`
	PerMinute int    `help:"Messages a minute over all chats of that account; 0 is no limit." default:"20" env:"BESEDKA_WHATSMEOW_PER_MINUTE"`
}

// messenger is the account. Nothing links to it: such a link would have the
// number in it.
func (c whatsmeow) messenger() messenger {
	if c.Phone == "" {
		return messenger{}
	}
	return messenger{
		link: func(string) string { return "" },
		open: func(w supplies) (bots.Listener, error) { return openWhatsmeow(c, w, nil) },
	}
}
