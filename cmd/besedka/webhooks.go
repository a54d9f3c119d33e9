package main

import (
	"context"

	"besedka/core/hook"
	"besedka/core/hook/courier"
)

// webhooks is where whoever installs us lets events go beside the internet.
type webhooks struct {
	Private []string `name:"private-hosts" help:"Hosts of webhooks in a network of our own, as their addresses have them: desk.local:8080." env:"BESEDKA_WEBHOOK_PRIVATE_HOSTS"`

	offline bool // nobody of the internet is told
}

// endpoints are the addresses that are told what happens.
func (a *app) endpoints() *hook.Service {
	return &hook.Service{DB: a.db, Keys: a.keys, Private: a.webhooks.Private}
}

// An attempt waits for the answer of one endpoint: while one of them hangs, others are told.
const webhookWorkers = 8

// wireWebhooks tells them.
func (a *app) wireWebhooks() []loop {
	c := courier.New(courier.Config{DB: a.db, Keys: a.keys, Door: a.door, Private: a.webhooks.Private, Offline: a.webhooks.offline, Log: a.log})
	return []loop{
		{"webhooks", c.Step, webhookWorkers, nil},
		{"told events", hook.ForgetStep(a.db), 1, nil},
	}
}

// brokenWebhooks warns of those that are told nothing any more.
func (a *app) brokenWebhooks(ctx context.Context) (string, error) {
	n, err := hook.Broken(ctx, a.db)
	return counted(n, "webhooks are paused because they took nothing for a day, or wanted nothing any more: mend them and resume, see docs/webhooks.md"), err
}
