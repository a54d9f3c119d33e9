package main

import (
	"time"

	"besedka/bots"
	"besedka/core/chat"
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
		link: func(string) string { return "" }, rates: c.rates(),
		open: func(w supplies) (bots.Listener, error) { return openWhatsmeow(c, w, nil) },
	}
}

// whatsmeowBurst is how many messages may go at once after a silence.
const whatsmeowBurst = 5

// rates let delivery know the pace, or it would hand over a newsletter and the replies
// in one heap, for the device to take from as it likes.
func (c whatsmeow) rates() *chat.Rates {
	if c.PerMinute <= 0 {
		return &chat.Rates{}
	}
	return &chat.Rates{Account: chat.Rate{Every: time.Minute / time.Duration(c.PerMinute), Burst: whatsmeowBurst}}
}
