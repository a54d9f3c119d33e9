package campaign

import (
	"context"
	"fmt"
	"slices"

	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/storage"
)

// Words are what a campaign says of a receipt for which it has brought something; ""
// where it says nothing. What it brought of other currencies than bonuses is for whoever
// words the news to add.
type Words struct {
	Campaign string `json:"campaign"`
	Slip     string `json:"slip,omitempty"`
	Cashier  string `json:"cashier,omitempty"`
	Display  string `json:"display,omitempty"`
	Chat     string `json:"-"`

	Others map[string]int64 `json:"-"` // minor units by currency; nil for none
}

func (w Words) silent() bool { return w.Slip+w.Cashier+w.Display+w.Chat == "" && w.Others == nil }

// WordsOf are what campaigns say of a credited receipt, each by the version that
// decided, by their ids; none of a receipt that is not credited, or not the member's.
// Member 0 is anybody.
func (s *Service) WordsOf(ctx context.Context, q storage.Querier, receipt, member int64, lang string) ([]Words, error) {
	rows, err := storage.Collect[wordedRow](ctx, q, qWorded, receipt, member)
	if err != nil {
		return nil, fmt.Errorf("words about receipt %d: %w", receipt, err)
	}
	var all []Words
	for _, r := range rows {
		w, err := s.words(ctx, q, r, lang)
		if err != nil {
			return nil, fmt.Errorf("words of campaign %s about receipt %d: %w", r.Campaign, receipt, err)
		}
		if !w.silent() {
			all = append(all, w)
		}
	}
	return all, nil
}

func (s *Service) words(ctx context.Context, q storage.Querier, r wordedRow, lang string) (Words, error) {
	w := Words{Campaign: r.Campaign}
	d, err := r.decision()
	if err != nil || !d.Brought.any() {
		return w, err
	}
	w.Others = d.Brought.others()
	c, err := s.load(ctx, q, r.version())
	if err != nil {
		return w, err
	}
	bonus, _ := d.Brought.points()
	coupons := d.Brought.coupons()
	for slot, into := range map[rules.Slot]*string{rules.Slip: &w.Slip, rules.Cashier: &w.Cashier, rules.Display: &w.Display, rules.Chat: &w.Chat} {
		*into = c.Say(slot, bonus, coupons, lang)
	}
	return w, nil
}

// any says whether anything came of a decision at all.
func (b Brought) any() bool {
	return b.coupons() > 0 || len(b.Gifts) > 0 || slices.ContainsFunc(b.Accruals, func(a rules.Accrual) bool { return a.Amount > 0 })
}

// others are the accruals of other currencies than bonuses; nil for none.
func (b Brought) others() (all map[string]int64) {
	for _, a := range b.Accruals {
		if a.Currency == ledger.Bonus || a.Amount == 0 {
			continue
		}
		if all == nil {
			all = map[string]int64{}
		}
		all[a.Currency] += a.Amount
	}
	return all
}

func (b Brought) coupons() (issued int64) {
	for _, c := range b.Coupons {
		issued += c.Issued
	}
	return issued
}

// worded says whether a campaign that has brought something has words for the chat, or
// brought what bonuses do not tell.
func worded(decisions []Decision, versions []version) bool {
	return slices.ContainsFunc(decisions, func(d Decision) bool {
		return d.Brought.others() != nil || d.Brought.any() && slices.ContainsFunc(versions, func(v version) bool { return v.campaign == d.Campaign && v.rules.Says(rules.Chat) })
	})
}
