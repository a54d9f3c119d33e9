package api

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/consent"
	"besedka/core/family"
	"besedka/core/staff"
	"besedka/storage"
)

// showFamily tells with whom a member shares their points.
func (a *api) showFamily(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	return family.Of(c.ctx, a.DB, m.ID)
}

// subscriptions is the answer of a member's.
type subscriptions struct {
	Subscriptions []consent.Subscription `json:"subscriptions"`
}

func (a *api) showSubscriptions(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := consent.Subscriptions(c.ctx, a.DB, m.ID)
	return subscriptions{all}, err
}

// word is the body of POST /members/{id}/subscriptions.
type word struct {
	Channel consent.Medium `json:"channel"`
	Wanted  *bool          `json:"wanted"`
}

// noteWord takes a member's word down about a way to be written to.
func (a *api) noteWord(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in word
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(consent.Media, in.Channel):
		return nil, invalid{"channel must be chat, sms or email"}
	case in.Wanted == nil:
		return nil, invalid{"wanted must be true or false"}
	}
	if _, err := a.Members.Get(c.ctx, id); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		owner, err := a.Members.HoldTx(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := consent.SubscribeTx(ctx, tx, c.now, owner, in.Channel, *in.Wanted); err != nil {
			return nil, err
		}
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.subscribe", Object: fmt.Sprintf("member/%d", owner),
			Detail: map[string]any{"channel": in.Channel, "wanted": *in.Wanted},
		})
		if err != nil {
			return nil, err
		}
		all, err := consent.Subscriptions(ctx, tx, owner)
		return subscriptions{all}, err
	}, nil
}

// subscribers is a page of whom a broadcast would reach.
type subscribers struct {
	Members []int64 `json:"members"`
	Next    int64   `json:"next,omitempty"`
}

func (a *api) listSubscribers(c call) (any, error) {
	m := consent.Medium(c.r.PathValue("medium"))
	if !slices.Contains(consent.Media, m) {
		return nil, invalid{"the channel in the path must be chat, sms or email"}
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	found, err := consent.Subscribers(c.ctx, a.DB, m, after, pageRows+1)
	if err != nil {
		return nil, err
	}
	ids, next := page(found, func(id int64) int64 { return id })
	return subscribers{ids, next}, nil
}
