package main

import (
	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// startTelegram is the rehearsed Telegram and the bot in it.
func (s *stage) startTelegram() (fakeMessenger, error) {
	bot := telegram{Token: "1:rehearsal", Name: "fake_bot"}
	server := fake.New(string(bot.Token), s.clock.Now)
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	bot.Server = url
	return fakeMessenger{
		messenger: bot.messenger(s.site), name: chat.Telegram, people: rehearsal.NewTelegram(server),
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}
