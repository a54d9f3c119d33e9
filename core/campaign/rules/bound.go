package rules

import "time"

// WithoutPeriod is the campaign as if it had always been on: what it would have done
// at any time. Days, hours and windows stay.
func (c *Campaign) WithoutPeriod() *Campaign {
	always := *c
	always.from, always.until = time.Time{}, time.Time{}
	return &always
}

// A Bound is a limit as those see it who count what is used up.
type Bound struct {
	ID       string  `json:"limit"`
	What     string  `json:"what"`               // accrual, coupons, gift, uses, goods
	Currency string  `json:"currency,omitempty"` // of accruals
	Max      int64   `json:"max"`                // in the units of Use
	Per      string  `json:"per"`                // day, week, month, campaign
	Of       Subject `json:"of"`
}

// Bounds are the limits that counters are kept of, in the order of the file.
func (c *Campaign) Bounds() (all []Bound) {
	for _, l := range c.limits {
		if l.per != perReceipt {
			all = append(all, Bound{l.id, l.what, l.currency, l.max, l.per, l.of})
		}
	}
	return all
}
