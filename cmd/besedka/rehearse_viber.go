package main

import (
	fake "besedka/bots/fake/viber"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// startViber is the rehearsed Viber and the bot in it.
func (s *stage) startViber() (fakeMessenger, error) {
	bot := viberBot{Token: "rehearsal", URI: "fake_bot", Name: "Репетиция"}
	server := fake.New(string(bot.Token), s.clock.Now)
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	bot.Server = url
	return fakeMessenger{
		messenger: bot.messenger(s.site), name: chat.Viber, people: rehearsal.NewMessenger(server),
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}
