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
	return stand(chat.Viber, server, rehearsal.NewMessenger(server), func(url string) messenger {
		bot.Server = url
		return bot.messenger(s.site)
	})
}
