package api

import (
	"context"
	"time"

	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// foundMember is one of those a search came upon, with the name and the phones masked.
type foundMember struct {
	ID           int64      `json:"id"`
	By           member.By  `json:"by"` // what the search knew them by
	Name         string     `json:"name,omitempty"`
	Phones       []phone    `json:"phones"`
	CreatedAt    time.Time  `json:"createdAt"`
	RegisteredAt *time.Time `json:"registeredAt,omitempty"`
	SuspendedAt  *time.Time `json:"suspendedAt,omitempty"`
}

// foundMembers is the answer of POST /members/search.
type foundMembers struct {
	Members []foundMember `json:"members"`
	More    bool          `json:"more,omitempty"` // there are others: ask more closely
}

// findMembers looks members up. Who was shown stays in the log, and not what was asked.
func (a *api) findMembers(c call) (any, error) {
	var asked struct {
		Q string `json:"q"`
	}
	if err := c.decode(&asked); err != nil {
		return nil, err
	}
	sought := asked.Q
	if sought == "" || !storable(sought) {
		return nil, invalid{"q must be a phone, a card, a coupon, a receipt, a name or a member's number"}
	}
	found, more, err := a.Members.Search(c.ctx, sought, a.Programme().Profile.Names(), c.by.Partners)
	if err != nil {
		return nil, err
	}
	out := foundMembers{Members: []foundMember{}, More: more}
	for _, f := range found {
		m := foundMember{f.ID, f.By, f.Name, []phone{}, f.CreatedAt, f.RegisteredAt, f.SuspendedAt}
		for _, p := range f.Phones {
			m.Phones = append(m.Phones, phone{p.Masked, p.Verified})
		}
		out.Members = append(out.Members, m)
	}
	return out, a.DB.InTx(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "members.find", Object: "members", Detail: member.FoundDetail(found)})
	})
}
