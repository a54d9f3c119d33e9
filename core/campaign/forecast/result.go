package forecast

import (
	"slices"
	"time"

	"besedka/core/campaign/rules"
)

// Cost is what campaigns bring.
type Cost struct {
	Points   map[string]int64 `json:"points,omitempty"` // minor units, by currency
	Coupons  int64            `json:"coupons,omitempty"`
	Gifts    int64            `json:"gifts,omitempty"`
	Discount int64            `json:"discount,omitempty"` // kopecks
}

func (c *Cost) addPoints(currency string, amount int64) {
	if c.Points == nil {
		c.Points = map[string]int64{}
	}
	c.Points[currency] += amount
}

func (c *Cost) add(more Cost) {
	for currency, amount := range more.Points {
		c.addPoints(currency, amount)
	}
	c.Coupons += more.Coupons
	c.Gifts += more.Gifts
	c.Discount += more.Discount
}

func (c *Cost) nothing() bool {
	return len(c.Points) == 0 && c.Coupons == 0 && c.Gifts == 0 && c.Discount == 0
}

// Result is a forecast: programs read it.
type Result struct {
	Campaign string   `json:"campaign"`
	From     string   `json:"from"` // the first day with a receipt, by the programme's clock; "" when there was none
	To       string   `json:"to"`   // the last one
	Receipts int64    `json:"receipts"`
	Members  int64    `json:"members"`
	Draft    Side     `json:"draft"`
	Active   *Side    `json:"active,omitempty"` // none: nothing of that name is in force
	Days     []Day    `json:"days"`             // those with receipts
	Changes  []Change `json:"changes"`          // what a member gets by the draft, less what by the version in force
	Hidden   bool     `json:"hidden,omitempty"` // some figures are of too few people to be shown, and are left out
}

// Side is what one version brings over all the days.
type Side struct {
	Own     Cost    `json:"own"`     // by the campaign itself
	All     Cost    `json:"all"`     // by all campaigns: one of a group can outdo another
	Members int64   `json:"members"` // to whom the campaign gives anything
	Limits  []Limit `json:"limits"`
	Stock   []Stock `json:"stock,omitempty"` // of gifts that have run out
	Few     bool    `json:"few,omitempty"`   // too few people to be shown
}

// Day is one day of the programme.
type Day struct {
	Day      string           `json:"day"`
	Receipts int64            `json:"receipts"`
	Members  int64            `json:"members"`
	Draft    Cost             `json:"draft"` // by the campaign itself
	Active   Cost             `json:"active"`
	Budgets  map[string]int64 `json:"budgets,omitempty"` // of the draft: used by the evening, by limit
	Few      bool             `json:"few,omitempty"`

	draft, active int64 // members who got something
}

// Limit is how a limit of the campaign has fared.
type Limit struct {
	rules.Bound
	Used  int64      `json:"used"`            // of a campaign's in the last of its windows, of others by all of them
	Times int64      `json:"times"`           // how often one was used up, to the last unit
	First *time.Time `json:"first,omitempty"` // when that happened first
	Ends  []End      `json:"ends,omitempty"`  // of a campaign's: when each window of it was used up
}

// End is when a budget was used up.
type End struct {
	Window string    `json:"window,omitempty"` // 2026-05-03, 2026-W18, 2026-05; "" for the whole campaign
	At     time.Time `json:"at"`               // of the purchase that took the last of it
}

// Stock is a gift that has run out.
type Stock struct {
	Pool string    `json:"pool"`
	Gone time.Time `json:"gone"` // when the last one was won
}

// limit is a Limit in the making.
type limit struct {
	Limit
	window string
}

func (l *limit) use(u rules.Use, before int64, at time.Time) {
	if u.Counter.Of == rules.OfCampaign {
		l.window, l.Used = u.Counter.Window, before
	}
	l.Used += u.Amount
	if before >= l.Max || before+u.Amount < l.Max {
		return
	}
	if l.Times++; l.First == nil {
		l.First = &at
	}
	if u.Counter.Of == rules.OfCampaign {
		l.Ends = append(l.Ends, End{u.Counter.Window, at})
	}
}

func (s *side) result() Side {
	out := Side{Own: s.own, All: s.all, Members: int64(len(s.got)), Limits: []Limit{}}
	for _, l := range s.limits {
		out.Limits = append(out.Limits, l.Limit)
	}
	for pool, at := range s.gone {
		out.Stock = append(out.Stock, Stock{pool, at})
	}
	slices.SortFunc(out.Stock, func(a, b Stock) int { return a.Gone.Compare(b.Gone) })
	return out
}
