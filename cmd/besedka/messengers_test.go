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
