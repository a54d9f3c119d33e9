package rules

import "time"

// A Decision is what one campaign makes of a receipt and why. Applying it
// changes nothing but what it lists.
type Decision struct {
	Campaign string
	Outcome  Outcome
	Accruals []Accrual
	Coupons  []Coupons
	Gifts    []Gift
	Discount int64  // kopecks; it is told, and taken off nothing here
	Uses     []Use  // what it consumes, by counter
	Trace    []byte // JSON, the same bytes for the same version, facts and instant
}

// An Outcome is what became of a receipt under one campaign.
type Outcome string

// The outcomes. Only a credited one brings anything, and that may be nothing:
// five percent of ten kopecks.
const (
	Credited           Outcome = "credited"
	Outside            Outcome = "outside"             // of the period
	OffSchedule        Outcome = "off_schedule"        // another day or hour
	Late               Outcome = "late"                // sent after register_within
	BeforeRegistration Outcome = "before_registration" // bought too long before joining
	NotInvited         Outcome = "audience"            // in none of the segments
	OtherVariant       Outcome = "variant"             // of the experiment, holdout included
	Unmet              Outcome = "unmet"               // some condition
	NoGoods            Outcome = "no_goods"            // no line is what goods asks for
	NoStore            Outcome = "no_store"            // nobody knows the store, by which a limit counts
	NotThisTime        Outcome = "frequency"           // not the first of the day, not the third
	Exhausted          Outcome = "exhausted"           // a limit leaves nothing
	Outdone            Outcome = "outdone"             // by another campaign of its group
)

// An Accrual is points of one reward.
type Accrual struct {
	Currency string
	Amount   int64     // minor units, above 0
	Desired  int64     // minor units, before limits cut it
	Reward   int       // its place in the campaign, from 1
	Begins   time.Time // when they can be spent; zero for at once
	Expires  time.Time // exclusive; zero for never
	Lines    []Share   // which lines they are for; none when it is the receipt as a whole
}

// A Share is how much of an accrual one line brings.
type Share struct {
	Amount int64 `json:"amount"` // minor units
	Line   int   `json:"line"`
}

// Coupons are those of one reward. Without a pool as many as Entitlement are
// given; with one so many that live and forfeited ones are what the whole pool
// is entitled to, this receipt's Sum added.
type Coupons struct {
	Reward      int
	Pool        string // "" for none
	Window      string // as of a Counter
	Sum         int64  // kopecks that the receipt adds to the pool
	Entitlement int64  // of the pool after it
	Most        int64  // that this receipt may bring, limits included, math.MaxInt64 for no end; the rest is forfeited
	Issue       int64  // what follows for the pool as Facts told it
	Forfeit     int64

	// Entitled is the entitlement by any other sum of the pool, in kopecks, as
	// after a refund.
	Entitled func(sum int64) int64
}

// A Gift is one thing from a pool; when it is empty, Else.
type Gift struct {
	Reward int
	Pool   string
	Else   *Accrual // nil for nothing; cut to what limits leave beside everything else
	Uses   []Use    // what Else consumes if it comes to that, beside the decision's
}

// A Use is how much of a counter is consumed.
type Use struct {
	Counter Counter
	Amount  int64 // minor units, coupons, gifts, purchases, or millionths of goods
}

// A Cap is how much of a purchase may be paid by points.
type Cap struct {
	Campaign string
	Most     int64  // kopecks, and so minor units of points
	Trace    []byte // JSON
}
