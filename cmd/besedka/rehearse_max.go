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
	return stand(chat.Max, server, rehearsal.NewMessenger(server), func(url string) messenger {
		bot.Server = url
		return bot.messenger(s.site)
	})
}
