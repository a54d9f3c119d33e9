package main

import (
	"fmt"

	"besedka/bots"
	bot "besedka/bots/telegram"
	"besedka/core/chat"
)

// telegram is the Telegram bot of an installation; without a token there is
// none. Telegram's limit over all chats of a bot is 30 messages a second unless
// the bot pays for more, core.telegram.org/bots/faq.
type telegram struct {
	Token         secret `help:"Token of the bot, from @BotFather." env:"BESEDKA_TELEGRAM_TOKEN"`
	Server        string `help:"Address of the Bot API; by default Telegram's own." env:"BESEDKA_TELEGRAM_SERVER"`
	Name          string `help:"Name of the bot, for links to it: polyanka_bot." env:"BESEDKA_TELEGRAM_NAME"`
	PerSecond     int    `help:"Messages a second over all chats, as many as Telegram lets this bot send; 0 is no limit." default:"30" env:"BESEDKA_TELEGRAM_PER_SECOND"`
	WebhookSecret secret `help:"Receive by webhook, proven by this secret, instead of polling." env:"BESEDKA_TELEGRAM_WEBHOOK_SECRET"`
}

// messenger is the bot, reached by webhook at our address site if it is to be.
func (t telegram) messenger(site string) messenger {
	if t.Token == "" {
		return messenger{}
	}
	cfg := bot.Config{Token: string(t.Token), Server: t.Server}
	if t.WebhookSecret != "" {
		cfg.WebhookURL, cfg.WebhookSecret = site+hookPath(chat.Telegram), string(t.WebhookSecret)
	}
	return messenger{link: t.link, rates: ratesAt(chat.Telegram, t.PerSecond), open: func(w supplies) (bots.Listener, error) {
		cfg.Picture, cfg.Now, cfg.Log = w.picture, w.now, w.log
		return bot.New(cfg)
	}}
}

// maxPayload is how long the payload of a link may be,
// core.telegram.org/bots/features#deep-linking.
const maxPayload = 64

// link opens the bot with a payload; "" when its name is not known or the payload is
// too long for Telegram.
func (t telegram) link(payload string) string {
	if t.Name == "" || len(payload) > maxPayload {
		return ""
	}
	return fmt.Sprintf("https://t.me/%s?start=%s", t.Name, payload)
}
