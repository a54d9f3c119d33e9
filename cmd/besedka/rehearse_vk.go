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
	wire, url, err := onLoopback(server)
	if err != nil {
		return fakeMessenger{}, err
	}
	bot.Server = url
	return fakeMessenger{
		messenger: bot.messenger(), name: chat.VK, people: rehearsal.NewMessenger(server),
		close: func() {
			server.Close()
			wire.Close() //nolint:errcheck // nothing is left to lose
		},
	}, nil
}
