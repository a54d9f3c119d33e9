package main

import (
	fake "besedka/bots/fake/vk"
	"besedka/core/chat"
	"besedka/web/rehearsal"
)

// startVK is the rehearsed VK and the community in it.
func (s *stage) startVK() (fakeMessenger, error) {
	bot := vkBot{Token: "rehearsal", Group: 1}
	server := fake.New(string(bot.Token), bot.Group, s.clock.Now)
	return stand(chat.VK, server, rehearsal.NewMessenger(server), func(url string) messenger {
		bot.Server = url
		return bot.messenger()
	})
}
