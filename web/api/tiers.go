package api

import (
	"time"

	"besedka/core/tier"
	"besedka/core/tier/ladder"
)

// tierShown is where a member stands, and a page of how they came there, newest first.
// Without tiers in the programme there is nothing but the history.
type tierShown struct {
	tierStanding
	History []tier.Entry `json:"history"`
	Next    int64        `json:"next,omitempty"` // what to send as after for the page behind
}

// tierStanding is in minor units of the currency, or in kopecks when the tiers go by
// turnover.
type tierStanding struct {
	Tier     string         `json:"tier,omitempty"`
	Title    string         `json:"title,omitempty"` // in the language of the programme
	Until    *time.Time     `json:"until,omitempty"`
	By       ladder.Measure `json:"by,omitempty"`
	Measured *int64         `json:"measured,omitempty"`
	NextTier string         `json:"nextTier,omitempty"`
	Missing  int64          `json:"missing,omitempty"`
}

// tierOf is where a member stands now.
func (a *api) tierOf(c call, member int64) (tierStanding, error) {
	st, known, err := a.Tiers.StandingOf(c.ctx, a.DB, c.now, member)
	if err != nil || !known {
		return tierStanding{Measured: new(int64)}, err
	}
	shown := tierStanding{Tier: st.Tier.ID, Title: st.Tier.Title.In(""), By: st.Ladder.By, Measured: &st.Measured, Missing: st.Missing}
	if !st.Until.IsZero() {
		shown.Until = &st.Until
	}
	if st.Next != nil {
		shown.NextTier = st.Next.ID
	}
	if !c.by.SeesPurse() { // what it is measured by is of all partners
		shown.Measured, shown.Missing = nil, 0
	}
	return shown, nil
}

func (a *api) showTier(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	before, err := c.after()
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, id) // who the id became by joining
	if err != nil {
		return nil, err
	}
	standing, err := a.tierOf(c, m.ID)
	if err != nil {
		return nil, err
	}
	entries, err := tier.History(c.ctx, a.DB, m.ID, before, pageRows+1)
	if err != nil {
		return nil, err
	}
	if !c.by.SeesPurse() {
		entries = []tier.Entry{}
	}
	shown, next := page(entries, func(e tier.Entry) int64 { return int64(e.Version) })
	return tierShown{standing, shown, next}, nil
}
