package main

import (
	"fmt"
	"net/url"

	"besedka/bots"
	bot "besedka/bots/vk"
	"besedka/core/chat"
)

// vkBot is the community of VK of an installation; without a token there is none.
// VK answers up to 20 requests a second of one community, dev.vk.com/ru/api.
type vkBot struct {
	Token         secret `help:"Access key of the community, from its settings." env:"BESEDKA_VK_TOKEN"`
	Group         int64  `help:"Number of the community." env:"BESEDKA_VK_GROUP"`
	Server        string `help:"Address of the API; by default VK's own." env:"BESEDKA_VK_SERVER"`
	PerSecond     int    `help:"Requests a second, as many as VK answers this community; 0 is no limit." default:"20" env:"BESEDKA_VK_PER_SECOND"`
	WebhookSecret secret `help:"Receive by the Callback API, proven by this secret, instead of polling." env:"BESEDKA_VK_WEBHOOK_SECRET"`
	Confirmation  string `help:"What VK wants to hear when the Callback API is set up." env:"BESEDKA_VK_CONFIRMATION"`
}

// messenger is the community. Our address is told to VK by its owner.
func (v vkBot) messenger() messenger {
	if v.Token == "" {
		return messenger{}
	}
	cfg := bot.Config{
		Token: string(v.Token), Group: v.Group, Server: v.Server, PerSecond: v.PerSecond,
		WebhookSecret: string(v.WebhookSecret), Confirmation: v.Confirmation,
	}
	return messenger{link: v.link, rates: ratesAt(chat.VK, v.PerSecond), open: func(w supplies) (bots.Listener, error) {
		cfg.Cursor, cfg.Picture, cfg.Now, cfg.Log = w.door.Cursor, w.picture, w.now, w.log
		return bot.New(cfg)
	}}
}

// link opens the community's chat with a payload.
func (v vkBot) link(payload string) string {
	return fmt.Sprintf("https://vk.me/club%d?ref=%s", v.Group, url.QueryEscape(payload))
}
