package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"besedka/bots"
	"besedka/bots/viber"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/seal"
	"besedka/storage"
)

// messenger is one that an installation speaks beside the web chat.
type messenger struct {
	open  func(supplies) (bots.Listener, error)
	link  func(payload string) string // opens the bot with a payload; "" when its address is not known
	rates *chat.Rates                 // how fast it may be written to; nil: as its channel's may
}

// supplies are what a messenger's adapter is given of ours.
type supplies struct {
	picture pictureSource
	linked  func(ctx context.Context, m chat.Media) (string, error) // its address, for who fetches it
	db      *storage.DB
	keys    *seal.Keyring
	door    *conversation.Service
	welcome func(lang string) viber.Welcome // of who opened a chat and has not written
	now     func() time.Time
	log     *slog.Logger
}

// opened is a messenger whose adapter there is already; nothing links to it, and it
// may be written to as fast as it goes.
func opened(l bots.Listener) messenger {
	return messenger{
		open: func(supplies) (bots.Listener, error) { return l, nil },
		link: func(string) string { return "" }, rates: &chat.Rates{},
	}
}

// messengers are those that this installation has settings for.
func (c *serveCmd) messengers() []messenger {
	all := []messenger{
		c.telegram.messenger(c.publicURL()),
		c.whatsapp.messenger(c.publicURL()),
		c.maxBot.messenger(c.publicURL()),
		c.vkBot.messenger(),
		c.viberBot.messenger(c.publicURL()),
		c.whatsmeow.messenger(),
	}
	return slices.DeleteFunc(all, func(m messenger) bool { return m.open == nil })
}

// openMessengers makes the adapters. It touches no network.
func (a *app) openMessengers() error {
	a.links, a.rates = map[chat.Channel]func(string) string{}, map[chat.Channel]chat.Rates{}
	for _, m := range a.messengers {
		l, err := m.open(supplies{a.picture, a.pictureURL, a.db, a.keys, a.door, a.welcome, a.now, a.log})
		if err != nil {
			return err
		}
		a.listeners = append(a.listeners, l)
		a.links[l.Channel()], a.rates[l.Channel()] = m.link, m.ratesOf(l.Channel())
	}
	return nil
}

// ratesAt are a channel's but for how much this very account may send a second; none at
// all at 0.
func ratesAt(c chat.Channel, perSecond int) *chat.Rates {
	if perSecond == 0 {
		return &chat.Rates{}
	}
	rates := chat.CapsOf(c).Rates
	rates.Account = chat.PerSecond(perSecond)
	return &rates
}

func (m messenger) ratesOf(c chat.Channel) chat.Rates {
	if m.rates != nil {
		return *m.rates
	}
	return chat.CapsOf(c).Rates
}

// address opens the bot of that very channel; "" when it is not known.
func (a *app) address(of chat.Channel) string {
	if link := a.links[of]; link != nil {
		return link("")
	}
	return ""
}

// botLink opens a bot with a payload: the one of that channel, or for another
// channel the first whose address is known; "" when there is none.
func (a *app) botLink(of chat.Channel, payload string) string {
	if link := a.links[of]; link != nil && link(payload) != "" {
		return link(payload)
	}
	for _, l := range a.listeners {
		if url := a.links[l.Channel()](payload); url != "" {
			return url
		}
	}
	return ""
}
