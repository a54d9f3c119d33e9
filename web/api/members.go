package api

import (
	"time"

	"besedka/core/ledger"
)

// memberCard is one member as staff may see them: no name, phones masked.
type memberCard struct {
	ID           int64      `json:"id"`
	CreatedAt    time.Time  `json:"createdAt"`
	RegisteredAt *time.Time `json:"registeredAt,omitempty"`
	SuspendedAt  *time.Time `json:"suspendedAt,omitempty"`
	Phones       []phone    `json:"phones"`
	Balances     []balance  `json:"balances"`
}

type phone struct {
	Masked   string `json:"masked"`
	Verified bool   `json:"verified"`
}

// balance is in minor units: 6422 is 64,22.
type balance struct {
	Currency   string     `json:"currency"`
	Points     int64      `json:"points"`
	NextExpiry *time.Time `json:"nextExpiry,omitempty"`
	NextPoints int64      `json:"nextPoints,omitempty"`
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
	card := memberCard{ID: m.ID, CreatedAt: m.CreatedAt, RegisteredAt: m.RegisteredAt, SuspendedAt: m.SuspendedAt, Phones: []phone{}, Balances: []balance{}}
	for _, p := range m.Phones {
		card.Phones = append(card.Phones, phone{p.Masked, p.Verified})
	}
	for _, currency := range a.Currencies() {
		b, err := ledger.BalanceOf(c.ctx, a.DB, c.now, m.ID, currency)
		if err != nil {
			return nil, err
		}
		card.Balances = append(card.Balances, balance{currency, b.Points, b.NextExpiry, b.NextPoints})
	}
	return card, nil
}
