package main

import (
	"fmt"
	"log/slog"
	"time"

	"besedka/bots"
	bot "besedka/bots/telegram"
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

// listeners makes the installation's messengers beside the web chat.
func (c *serveCmd) listeners(log *slog.Logger) func(pictureSource) ([]bots.Listener, error) {
	return func(picture pictureSource) ([]bots.Listener, error) {
		if c.telegram.Token == "" {
			return nil, nil
		}
		cfg := bot.Config{
			Token: string(c.telegram.Token), Server: c.telegram.Server, PerSecond: c.telegram.PerSecond,
			Picture: picture, Now: time.Now, Log: log,
		}
		if c.telegram.WebhookSecret != "" {
			cfg.WebhookURL, cfg.WebhookSecret = c.publicURL()+"/hooks/telegram", string(c.telegram.WebhookSecret)
		}
		b, err := bot.New(cfg)
		if err != nil {
			return nil, err
		}
		return []bots.Listener{b}, nil
	}
}

// link opens the bot with a payload; "" when its name is not known.
func (t telegram) link(payload string) string {
	if t.Token == "" || t.Name == "" {
		return ""
	}
	return fmt.Sprintf("https://t.me/%s?start=%s", t.Name, payload)
}
