package api

import (
	"context"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
)

// memberCard is one member as staff may see them: no name, phones masked.
type memberCard struct {
	ID           int64      `json:"id"`
	CreatedAt    time.Time  `json:"createdAt"`
	RegisteredAt *time.Time `json:"registeredAt,omitempty"`
	SuspendedAt  *time.Time `json:"suspendedAt,omitempty"`
	Phones       []phone    `json:"phones"`
	Balances     []balance  `json:"balances"`

	Tier *tierStanding `json:"tier,omitempty"` // nil for a programme without tiers
}

type phone struct {
	Masked   string `json:"masked"`
	Verified bool   `json:"verified"`
}

// balance is in minor units of its currency: with a scale of 2, 6422 is 64,22.
type balance struct {
	Currency    string     `json:"currency"`
	Scale       int        `json:"scale"`
	Points      int64      `json:"points"` // available
	Held        int64      `json:"held,omitempty"`
	Pending     int64      `json:"pending,omitempty"`
	PendingFrom *time.Time `json:"pendingFrom,omitempty"`
	NextExpiry  *time.Time `json:"nextExpiry,omitempty"`
	NextPoints  int64      `json:"nextPoints,omitempty"`
}

// balancesOf are a member's balances in the programme's currencies.
func (a *api) balancesOf(ctx context.Context, q storage.Querier, now time.Time, member int64) ([]balance, error) {
	all := []balance{}
	for _, c := range a.Programme().Money {
		b, err := ledger.BalanceOf(ctx, q, now, member, c.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, balance{c.ID, c.Scale, b.Points, b.Held, b.Pending, b.PendingFrom, b.NextExpiry, b.NextPoints})
	}
	return all, nil
}

func (a *api) getMember(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	card := memberCard{ID: m.ID, CreatedAt: m.CreatedAt, RegisteredAt: m.RegisteredAt, SuspendedAt: m.SuspendedAt, Phones: []phone{}}
	for _, p := range m.Phones {
		card.Phones = append(card.Phones, phone{p.Masked, p.Verified})
	}
	card.Balances = []balance{}
	if c.by.SeesPurse() {
		card.Balances, err = a.balancesOf(c.ctx, a.DB, c.now, m.ID)
	}
	if err != nil {
		return nil, err
	}
	standing, err := a.tierOf(c, m.ID)
	if standing.Tier != "" {
		card.Tier = &standing
	}
	return card, err
}

// statement is a page of what moved on a member's accounts, newest first.
type statement struct {
	Entries []posting `json:"entries"`
	Next    int64     `json:"next,omitempty"` // what to send as after for the page behind
}

// posting is without a balance for who works for some partners: between the entries that they
// see it would tell of the others.
type posting struct {
	ledger.Entry
	Balance *int64 `json:"balance,omitempty"`
}

func (a *api) showStatement(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	before, err := c.after()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := ledger.Statement(c.ctx, a.DB, m.ID, before, c.by.Partners...)
	if err != nil {
		return nil, err
	}
	out := statement{Entries: make([]posting, len(entries))}
	for i, e := range entries {
		out.Entries[i].Entry = e
		if len(c.by.Partners) == 0 {
			out.Entries[i].Balance = &entries[i].Balance
		}
	}
	if len(entries) == ledger.PageRows {
		out.Next = entries[len(entries)-1].ID
	}
	return out, nil
}
