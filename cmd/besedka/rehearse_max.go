package main

import (
	fake "besedka/bots/fake/max"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// startMax is the rehearsed MAX and the bot in it.
func (s *stage) startMax() (fakeMessenger, error) {
	bot := maxBot{Token: "rehearsal", Name: "fake_bot"}
	server := fake.New(string(bot.Token), s.clock.Now)
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	bot.Server = url
	return fakeMessenger{
		messenger: bot.messenger(s.site), name: chat.Max, people: rehearsal.NewMessenger(server),
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}
