package main

import (
	"fmt"
	"net/url"

	"besedka/bots"
	bot "besedka/bots/max"
	"besedka/core/chat"
)

// maxBot is the bot in MAX of an installation; without a token there is none. MAX
// answers up to 30 requests a second of one bot, dev.max.ru/docs-api.
type maxBot struct {
	Token         secret `help:"Token of the bot, from business.max.ru." env:"BESEDKA_MAX_TOKEN"`
	Server        string `help:"Address of the Bot API; by default MAX's own." env:"BESEDKA_MAX_SERVER"`
	Name          string `help:"Name of the bot, for links to it: id7700000000_bot." env:"BESEDKA_MAX_NAME"`
	PerSecond     int    `help:"Requests a second, as many as MAX answers this bot; 0 is no limit." default:"30" env:"BESEDKA_MAX_PER_SECOND"`
	WebhookSecret secret `help:"Receive by webhook, proven by this secret, instead of polling." env:"BESEDKA_MAX_WEBHOOK_SECRET"`
}

// messenger is the bot, reached by webhook at our address site if it is to be.
func (m maxBot) messenger(site string) messenger {
	if m.Token == "" {
		return messenger{}
	}
	cfg := bot.Config{Token: string(m.Token), Server: m.Server, PerSecond: m.PerSecond}
	if m.WebhookSecret != "" {
		cfg.WebhookURL, cfg.WebhookSecret = site+hookPath(chat.Max), string(m.WebhookSecret)
	}
	return messenger{link: m.link, rates: ratesAt(chat.Max, m.PerSecond), open: func(w supplies) (bots.Listener, error) {
		cfg.Cursor, cfg.Picture, cfg.Now, cfg.Log = w.door.Cursor, w.picture, w.now, w.log
		return bot.New(cfg)
	}}
}

// link opens the bot with a payload; "" when its name is not known.
func (m maxBot) link(payload string) string {
	if m.Name == "" {
		return ""
	}
	return fmt.Sprintf("https://max.ru/%s?start=%s", m.Name, url.QueryEscape(payload))
}
