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
	return stand(chat.Telegram, server, rehearsal.NewTelegram(server), func(url string) messenger {
		bot.Server = url
		return bot.messenger(s.site)
	})
}
