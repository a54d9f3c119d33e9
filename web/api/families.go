package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"besedka/core/consent"
	"besedka/core/family"
	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/storage"
	"besedka/web/problem"
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

// joining is the body of POST /members/{id}/family.
type joining struct {
	Member int64  `json:"member"` // who joins
	Reason string `json:"reason"`
}

// joinFamily takes another member into the family of this one, who is or becomes its head,
// at the word of both: by the rules by which they would join themselves.
func (a *api) joinFamily(c call) (act, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var in joining
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Member <= 0 || in.Member == id {
		return nil, invalid{"member must be the number of another member"}
	}
	if err := inWords(in.Reason); err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		held, err := a.holdBoth(ctx, tx, id, in.Member)
		if err != nil {
			return nil, err
		}
		head, guest := held[id], held[in.Member]
		if err := a.Families.JoinTx(ctx, tx, c.now, head, guest); err != nil {
			return nil, err
		}
		f, err := family.Of(ctx, tx, head)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprintf("staff/%d/%d/%d", head, guest, c.now.UnixNano())
		if err := actions.TellJoined(ctx, tx, a.Door, c.now, key, len(f.Members), head, guest); err != nil {
			return nil, err
		}
		return f, staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "members.join_family", Object: fmt.Sprintf("member/%d", guest), Detail: map[string]any{"head": head, "reason": in.Reason},
		})
	}, nil
}

// holdBoth holds two members in the order of their numbers; the answer has who each is now.
func (a *api) holdBoth(ctx context.Context, tx storage.Tx, one, other int64) (map[int64]int64, error) {
	held := map[int64]int64{}
	for _, id := range []int64{min(one, other), max(one, other)} {
		owner, err := a.Members.HoldToChangeTx(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		held[id] = owner
	}
	return held, nil
}

// familyRefusals are why a family does not take somebody in.
var familyRefusals = []struct {
	refusal error
	code    string
}{
	{family.ErrNone, "no_families"},
	{family.ErrOwn, "same_family"},
	{family.ErrNotHead, "not_head"},
	{family.ErrTaken, "of_a_family"},
	{ledger.ErrShared, "of_a_family"},
	{family.ErrFull, "family_full"},
	{family.ErrStranger, "not_registered"},
	{family.ErrSuspended, "suspended"},
	{ledger.ErrOwes, "owes"},
}

func refuseFamily(w http.ResponseWriter, err error) (told bool) {
	for _, f := range familyRefusals {
		if errors.Is(err, f.refusal) {
			problem.Write(w, http.StatusConflict, f.code, f.refusal.Error())
			return true
		}
	}
	return false
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
		owner, err := a.Members.HoldToChangeTx(ctx, tx, id)
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
