package main

import (
	"context"
	"time"

	"besedka/core/conversation"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/storage"
)

// newPrizes gives what the programme in force has in its showcase.
func (a *app) newPrizes() *prize.Service {
	return prize.New(prize.Config{
		DB: a.db, Keys: a.keys, Tiers: a.tiers, Notify: a.notifyPrize,
		Showcase: func() *showcase.Showcase { return a.programme().Showcase },
		Zone:     func() *time.Location { return a.programme().Location },
		Currency: func() string { return a.programme().Currencies[0] },
		Scale:    a.scale,
	})
}

// notifyPrize carries news of an order to the chat it concerns.
func (a *app) notifyPrize(ctx context.Context, tx storage.Tx, now time.Time, n prize.Notice) error {
	to := conversation.Recipient{Member: n.Member, Subject: n.Subject}
	return a.door.NotifyTx(ctx, tx, now, to, n.Key, conversation.Event{Name: prize.EventChanged, Args: n.Args})
}
