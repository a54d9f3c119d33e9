package main

import (
	"context"
	"time"

	"besedka/bots"
	"besedka/core/chat"
)

// nullMessenger is a messenger of no distance: what is sent has arrived, and
// what shoppers say comes in from a channel. It looks like Telegram.
type nullMessenger struct {
	said chan bots.Received
	sent func(peer string, at time.Time) // told of every message delivered; nil = nobody
}

func newNullMessenger() *nullMessenger {
	return &nullMessenger{said: make(chan bots.Received, 1<<10)}
}

func (*nullMessenger) Channel() chat.Channel { return chat.Telegram }
func (*nullMessenger) Account() string       { return "telegram/bench" }

func (m *nullMessenger) Send(_ context.Context, peer, id string, _ chat.Wire) (string, error) {
	if m.sent != nil {
		m.sent(peer, time.Now())
	}
	return id, nil
}

func (*nullMessenger) Fetch(context.Context, string, int64) ([]byte, error) { return nil, bots.ErrGone }

// Run hands over what has been said since the last time, up to batch at once.
func (m *nullMessenger) Run(ctx context.Context, sink bots.Sink) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case first := <-m.said:
			b := bots.Batch{Account: m.Account(), Messages: m.gather(first)}
			if err := sink(ctx, b); err != nil {
				return err
			}
		}
	}
}

func (m *nullMessenger) gather(first bots.Received) []bots.Received {
	messages := []bots.Received{first}
	for len(messages) < batch {
		select {
		case next := <-m.said:
			messages = append(messages, next)
		default:
			return messages
		}
	}
	return messages
}
