package main

import (
	"context"
	"slices"

	"besedka/bots"
	"besedka/bots/gateway"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/web/console"
)

// channels are the messengers of the installation and their troubles, whichever process
// has them.
func (a *app) channels(ctx context.Context) ([]console.Channel, error) {
	troubles, err := a.door.Troubles(ctx)
	if err != nil {
		return nil, err
	}
	all := []console.Channel{{Name: chat.Webchat}}
	for _, l := range a.listeners {
		c := console.Channel{Name: l.Channel()}
		if i := slices.IndexFunc(troubles, func(t conversation.Trouble) bool { return t.Account == l.Account() }); i >= 0 {
			c.Trouble, c.Since = troubles[i].What, troubles[i].Since
		}
		all = append(all, c)
	}
	return all, nil
}

// withTrouble is l, which tells its trouble where it may have one.
func (a *app) withTrouble(l bots.Listener) bots.Listener {
	t, ok := l.(bots.Troubled)
	if !ok {
		return a.withMenu(l)
	}
	return gateway.WithTrouble(t, func(ctx context.Context, account, what string) error {
		return a.door.SetTrouble(ctx, a.now(), account, what)
	}, a.log)
}
