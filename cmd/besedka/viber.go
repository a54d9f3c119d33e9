package main

import (
	"net/url"
	"slices"
	"strings"

	"besedka/bots"
	bot "besedka/bots/viber"
	"besedka/core/chat"
	"besedka/locales"
)

// viberBot is the bot in Viber of an installation; without a token there is none. Viber
// has no polling: it posts to our address.
type viberBot struct {
	Token  secret `help:"Token of the bot, from partners.viber.com." env:"BESEDKA_VIBER_TOKEN"`
	URI    string `name:"uri" help:"Name of the bot in links to it, its URI." env:"BESEDKA_VIBER_URI"`
	Name   string `help:"Who speaks, at most 28 characters." env:"BESEDKA_VIBER_NAME"`
	Server string `help:"Address of the API; by default Viber's own." env:"BESEDKA_VIBER_SERVER"`
}

// messenger is the bot, reached by webhook at our address site.
func (v viberBot) messenger(site string) messenger {
	if v.Token == "" {
		return messenger{}
	}
	cfg := bot.Config{
		Token: string(v.Token), URI: v.URI, Name: v.Name, Server: v.Server, WebhookURL: site + hookPath(chat.Viber),
	}
	return messenger{link: v.link, open: func(w supplies) (bots.Listener, error) {
		cfg.Welcome, cfg.Picture, cfg.Log = w.welcome, w.linked, w.log
		return bot.New(cfg)
	}}
}

// link opens the bot with a payload. Viber has no web address for that: the link works
// where Viber is installed.
func (v viberBot) link(payload string) string {
	link := "viber://pa?chatURI=" + escaped(v.URI)
	if payload != "" {
		link += "&context=" + escaped(payload)
	}
	return link
}

// escaped leaves no plus for a blank: that is a rule of forms, not of every link.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// welcome is what stands in a chat of Viber before the programme knows of the person: its
// name, in their language if it speaks that.
func (a *app) welcome(lang string) bot.Welcome {
	p := a.programme()
	lang, _, _ = strings.Cut(lang, "-")
	if !slices.Contains(p.Languages, lang) {
		lang = p.Base()
	}
	words := a.texts.Printer(lang)
	return bot.Welcome{Text: words.Text("viber.welcome", locales.Args{"name": locales.Text(p.Name[lang])}), Button: words.Text("viber.begin", nil)}
}
