package main

import (
	"besedka/bots"
	"besedka/bots/cloudapi"
)

// whatsapp is the WhatsApp number of an installation, by Meta's Cloud API;
// without a token there is none. Meta posts its news to /hooks/whatsapp.
type whatsapp struct {
	Token       secret `help:"Token of the app's system user, from Meta's Business Suite." env:"BESEDKA_WHATSAPP_TOKEN"`
	PhoneID     string `help:"Meta's id of the number, not the number itself." env:"BESEDKA_WHATSAPP_PHONE_ID"`
	AppSecret   secret `help:"Secret of the app, by which Meta signs what it posts." env:"BESEDKA_WHATSAPP_APP_SECRET"`
	VerifyToken secret `help:"Any word of ours that Meta shows when it looks at the webhook." env:"BESEDKA_WHATSAPP_VERIFY_TOKEN"`
	BusinessID  string `help:"Meta's id of the WhatsApp Business account, to look whether its templates are approved." env:"BESEDKA_WHATSAPP_BUSINESS_ID"`
	Server      string `help:"Address of the Graph API; by default Meta's own." env:"BESEDKA_WHATSAPP_SERVER"`
	Number      string `help:"The number itself, in digits with the country code, for links to it: 79991234567." env:"BESEDKA_WHATSAPP_NUMBER"`
}

// messenger is the number.
func (w whatsapp) messenger(string) messenger {
	if w.Token == "" {
		return messenger{}
	}
	cfg := cloudapi.Config{
		Token: string(w.Token), PhoneID: w.PhoneID, AppSecret: string(w.AppSecret), VerifyToken: string(w.VerifyToken), BusinessID: w.BusinessID, Server: w.Server,
	}
	return messenger{link: w.link, open: func(s supplies) (bots.Listener, error) {
		cfg.Picture, cfg.Now, cfg.Log = s.picture, s.now, s.log
		return cloudapi.New(cfg)
	}}
}

// link opens a chat with the number; "" when the number is not known.
func (w whatsapp) link(payload string) string {
	if w.Number == "" {
		return ""
	}
	return cloudapi.Link(w.Number, payload)
}
