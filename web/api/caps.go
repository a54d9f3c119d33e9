package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/card"
	"besedka/core/ledger"
	"besedka/core/partner"
	"besedka/storage"
	"besedka/web/problem"
)

// bill is what a till knows of a purchase before there is a receipt, in kopecks.
type bill struct {
	Total    int64  `json:"total"`    // before the discount
	Discount int64  `json:"discount"` // the partner's own
	Store    string `json:"store"`    // of partners.yaml; "" when the till does not say
	Number   string `json:"number"`   // the till's own, of no other purchase in that store that day; "" when it has none
}

func (b bill) check() error {
	if b.Total <= 0 || b.Discount < 0 || b.Discount > b.Total {
		return invalid{"total must be above zero and discount from zero to total, in kopecks"}
	}
	if !storable(b.Number) || len(b.Number) > maxBillNumber {
		return invalid{fmt.Sprintf("number must be a text of at most %d bytes", maxBillNumber)}
	}
	return nil
}

// Numbers of bills: tills begin them anew.
const (
	maxBillNumber = 64
	billLasts     = 24 * time.Hour
)

// billKey names a bill among all tills'; "" when it has no number.
func (c call) billKey(b bill) string {
	if b.Number == "" {
		return ""
	}
	return fmt.Sprintf("%d/%s/%s", c.by.ID, b.Store, b.Number)
}

// place is the store of a bill.
func (a *api) place(ctx context.Context, b bill) (p partner.Place, err error) {
	if b.Store == "" {
		return p, nil
	}
	p, err = a.Partners.PlaceOf(ctx, a.DB, b.Store)
	if errors.Is(err, storage.ErrNotFound) {
		err = invalid{"store must be one of partners.yaml; leave it out when the till does not know it"}
	}
	return p, err
}

// overCap refuses to reserve more than may be paid by bonuses.
type overCap struct{ rules.Cap }

func (e overCap) Error() string {
	by := "what is payable"
	if e.Campaign != "" {
		by = "campaign " + e.Campaign
	}
	return fmt.Sprintf("at most %d may be paid by bonuses, by %s; nothing was reserved", e.Most, by)
}

// overCapProblem is its answer.
type overCapProblem struct {
	problem.Details
	Max      int64  `json:"max"` // minor units
	Campaign string `json:"campaign,omitempty"`
}

func writeOverCap(w http.ResponseWriter, e overCap) {
	d := problem.New(http.StatusConflict, "over_cap", e.Error())
	problem.Send(w, d.Status, overCapProblem{d, e.Most, e.Campaign})
}

// within looks whether the bill may be paid by so many points. What was reserved under
// the key before is not asked about again: campaigns may be others by now.
func (a *api) within(ctx context.Context, tx storage.Tx, c call, h ledger.Hold, b campaign.Bill) error {
	_, err := ledger.HeldBy(ctx, tx, h.Key)
	if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if h.Bill != "" {
		if err := ledger.LockBillTx(ctx, tx, h.Bill); err != nil {
			return err
		}
	}
	most, err := a.capOf(ctx, tx, c.now, h.Bill, b)
	if err == nil && h.Amount > most.Most {
		err = overCap{most}
	}
	return err
}

// capOf is what may still be paid of a bill by bonuses.
func (a *api) capOf(ctx context.Context, q storage.Querier, now time.Time, key string, b campaign.Bill) (rules.Cap, error) {
	most, err := a.Campaigns.CapOf(ctx, q, now, b)
	if err != nil || key == "" {
		return most, err
	}
	paid, err := ledger.PaidFor(ctx, q, key, now.Add(-billLasts))
	most.Most = max(most.Most-paid, 0)
	return most, err
}

// quoted is the answer of GET /redemptions/quote, in minor units of bonuses.
type quoted struct {
	Member    int64  `json:"member"`
	Payable   int64  `json:"payable"`            // kopecks
	Cap       int64  `json:"cap"`                // what campaigns allow, less what is reserved for this bill already
	Campaign  string `json:"campaign,omitempty"` // whose cap it is; none when all that is payable is allowed
	Available int64  `json:"available"`          // the member's
	Max       int64  `json:"max"`                // what can be reserved: the least of the two
}

// quoteRedemption tells a till the most before it asks.
func (a *api) quoteRedemption(c call) (any, error) {
	asked, b, err := c.bill()
	if err != nil {
		return nil, err
	}
	place, err := a.place(c.ctx, b)
	if err != nil {
		return nil, err
	}
	spender, err := a.spender(c, redemption{Member: asked, Card: c.r.URL.Query().Get("card")})
	if err != nil {
		return nil, err
	}
	m, err := a.Members.Get(c.ctx, spender)
	if err != nil {
		return nil, err
	}
	most, err := a.capOf(c.ctx, a.DB, c.now, c.billKey(b), campaign.Bill{Member: m.ID, Total: b.Total, Discount: b.Discount, Place: place})
	if err != nil {
		return nil, err
	}
	has, err := ledger.BalanceOf(c.ctx, a.DB, c.now, m.ID, ledger.Bonus)
	if err != nil {
		return nil, err
	}
	q := quoted{m.ID, b.Total - b.Discount, most.Most, most.Campaign, has.Points, max(min(most.Most, has.Points), 0)}
	may := mayRedeem(c.ctx, a.DB, m.ID, c.r.URL.Query().Get("card"))
	switch {
	case m.SuspendedAt != nil, errors.Is(may, card.ErrNoSpend):
		q.Max = 0 // nothing is reserved for whoever is suspended, or whose card forbids it
	case may != nil:
		return nil, may
	}
	return q, nil
}

// bill reads a member, whom a card may name as well, and a bill from the query.
func (c call) bill() (member int64, b bill, err error) {
	query := c.r.URL.Query()
	for name, into := range map[string]*int64{"member": &member, "total": &b.Total, "discount": &b.Discount} {
		text := query.Get(name)
		if text == "" && (name == "discount" || name == "member" && query.Get("card") != "") {
			continue
		}
		if *into, err = strconv.ParseInt(text, 10, 64); err != nil {
			return 0, b, invalid{name + " must be a whole number"}
		}
	}
	b.Store, b.Number = query.Get("store"), query.Get("number")
	return member, b, b.check()
}
