package main

import (
	"testing"

	"besedka/core/chat"
)

// TestAddressIsOfItsOwn: a link that is called Telegram leads nowhere else, while
// who is to come by any bot comes by the one there is.
func TestAddressIsOfItsOwn(t *testing.T) {
	t.Parallel()
	a := &app{links: map[chat.Channel]func(string) string{chat.Max: maxBot{Name: "shop"}.link}}
	if got := a.address(chat.Telegram); got != "" {
		t.Errorf("Telegram is at %q", got)
	}
	if got, want := a.address(chat.Max), "https://max.ru/shop?start="; got != want {
		t.Errorf("MAX is at %q, want %q", got, want)
	}
}

// TestViberLink opens the bot, with the payload in it.
func TestViberLink(t *testing.T) {
	t.Parallel()
	bot := viberBot{URI: "молоко"}
	for payload, want := range map[string]string{
		"":       "viber://pa?chatURI=%D0%BC%D0%BE%D0%BB%D0%BE%D0%BA%D0%BE",
		"a b&c=": "viber://pa?chatURI=%D0%BC%D0%BE%D0%BB%D0%BE%D0%BA%D0%BE&context=a%20b%26c%3D",
	} {
		if got := bot.link(payload); got != want {
			t.Errorf("payload %q: %s, want %s", payload, got, want)
		}
	}
}
