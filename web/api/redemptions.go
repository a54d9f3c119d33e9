package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"besedka/core/campaign"
	"besedka/core/ledger"
	"besedka/core/partner"
	"besedka/core/prize"
	"besedka/core/staff"
	"besedka/storage"
)

// redemption is the body of POST /redemptions.
type redemption struct {
	Member   int64  `json:"member"`   // may be left out when a card is shown
	Card     string `json:"card"`     // its number; the statement names it
	Currency string `json:"currency"` // bonus when it is left out
	Amount   int64  `json:"amount"`   // minor units
	Reason   string `json:"reason"`
	Minutes  int    `json:"minutes"` // 15 when it is left out
	Bill     *bill  `json:"bill"`    // what is paid by them; left out, campaigns cap nothing
}

// How long points stay reserved.
const (
	redemptionMinutes    = 15
	maxRedemptionMinutes = 24 * 60
)

// redemptionKey begins the keys of what is reserved here, so that no other hold is
// ended from here.
const redemptionKey = "redemption/"

// redeemed is the answer of every route of redemptions: how the redemption stands,
// and what the member has now.
type redeemed struct {
	ledger.Held
	Balances []balance `json:"balances"`
}

func (a *api) checkRedemption(r *redemption) error {
	if r.Currency == "" {
		r.Currency = ledger.Bonus
	}
	if r.Minutes == 0 {
		r.Minutes = redemptionMinutes
	}
	_, known := a.Programme().Currency(r.Currency)
	switch {
	case !known:
		return invalid{"currency must be one of the programme's: " + strings.Join(a.Currencies(), ", ")}
	case r.Amount <= 0:
		return invalid{"amount must be above zero, in minor units of the currency"}
	case r.Minutes < 0 || r.Minutes > maxRedemptionMinutes:
		return invalid{fmt.Sprintf("minutes must be from 1 to %d", maxRedemptionMinutes)}
	case !storable(r.Reason):
		return invalid{"reason must be a text"}
	case r.Bill != nil && r.Currency != ledger.Bonus:
		return invalid{"a bill is paid by bonuses: leave it out for another currency"}
	case r.Bill != nil:
		return r.Bill.check()
	}
	return nil
}

// reservePoints holds a member's points until they are spent or given back, or their
// time has passed. Locks are taken in this order: the member, their figures, the ledger's.
func (a *api) reservePoints(c call) (act, error) {
	var in redemption
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := a.checkRedemption(&in); err != nil {
		return nil, err
	}
	spender, err := a.spender(c, in)
	if err == errOthersCard { // the two may be one person
		if err := a.Members.NoteShownCard(c.ctx, c.now, in.Member, in.Card); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, spender)
	if err == nil && m.SuspendedAt != nil {
		err = prize.ErrSuspended // as it is with prizes
	}
	if err != nil {
		return nil, err
	}
	var place partner.Place
	if in.Bill != nil {
		if place, err = a.place(c.ctx, *in.Bill); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		owner, err := a.Members.HoldTx(ctx, tx, spender)
		if err != nil {
			return nil, err
		}
		if err := mayRedeem(ctx, tx, owner, in.Card); err != nil {
			return nil, err
		}
		h := ledger.Hold{
			Key: fmt.Sprintf("%s%d/%s", redemptionKey, c.by.ID, c.key), Member: owner, Currency: in.Currency, Amount: in.Amount, Card: in.Card,
			Until: c.now.Add(time.Duration(in.Minutes) * time.Minute), Reason: in.Reason, At: c.now,
		}
		if b := in.Bill; b != nil {
			h.Bill = c.billKey(*b)
			if err := a.within(ctx, tx, c, h, campaign.Bill{Member: owner, Total: b.Total, Discount: b.Discount, Place: place}); err != nil {
				return nil, err
			}
		}
		if err := ledger.HoldTx(ctx, tx, h); err != nil {
			return nil, err
		}
		held, err := ledger.HeldBy(ctx, tx, h.Key)
		if err == nil && (held.Member != h.Member || held.Currency != h.Currency || held.Amount != h.Amount || held.Card != h.Card) {
			err = staff.ErrKeyReused // its answer is forgotten, and the hold is not
		}
		if err != nil {
			return nil, err
		}
		return a.toldRedemption(ctx, tx, c, "points.reserve", h.Key)
	}, nil
}

func (a *api) commitRedemption(c call) (act, error) {
	return a.settleRedemption(c, "points.commit", ledger.CommitTx)
}

func (a *api) cancelRedemption(c call) (act, error) {
	return a.settleRedemption(c, "points.cancel", ledger.ReleaseTx)
}

func (a *api) refundRedemption(c call) (act, error) {
	return a.settleRedemption(c, "points.refund", ledger.RefundTx)
}

func (a *api) settleRedemption(c call, name string, settle func(context.Context, storage.Tx, ledger.Settlement) error) (act, error) {
	held, err := a.redemption(c)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		if err := settle(ctx, tx, ledger.Settlement{Key: held.Key, At: c.now}); err != nil {
			return nil, err
		}
		if err := a.Tiers.LookTx(ctx, tx, c.now, held.Member); err != nil { // points may have come back
			return nil, err
		}
		return a.toldRedemption(ctx, tx, c, name, held.Key)
	}, nil
}

func (a *api) showRedemption(c call) (any, error) {
	held, err := a.redemption(c)
	if err != nil {
		return nil, err
	}
	balances, err := a.balancesOf(c.ctx, a.DB, c.now, held.Member)
	return redeemed{held, balances}, err
}

// redemption is the one that the path names.
func (a *api) redemption(c call) (ledger.Held, error) {
	id, err := c.id()
	if err != nil {
		return ledger.Held{}, err
	}
	held, err := ledger.HeldAs(c.ctx, a.DB, id)
	if err == nil && !strings.HasPrefix(held.Key, redemptionKey) {
		err = storage.ErrNotFound
	}
	return held, err
}

// toldRedemption writes down who did it, and answers.
func (a *api) toldRedemption(ctx context.Context, tx storage.Tx, c call, name, key string) (any, error) {
	held, err := ledger.HeldBy(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	err = staff.AuditTx(ctx, tx, c.now, staff.Act{
		Staff: c.by.ID, Act: name, Object: fmt.Sprintf("redemption/%d", held.ID),
		Detail: map[string]any{"member": held.Member, "currency": held.Currency, "amount": held.Amount},
	})
	if err != nil {
		return nil, err
	}
	balances, err := a.balancesOf(ctx, tx, c.now, held.Member)
	return redeemed{held, balances}, err
}
