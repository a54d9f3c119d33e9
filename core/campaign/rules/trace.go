package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"time"
)

// traceVersion changes when stored traces could no longer be read as today.
const traceVersion = 2

// A trace is what Evaluate compared and computed. Its keys are sorted, its
// sums are kopecks and minor units, its rationals exact.
type trace struct {
	Campaign   string        `json:"campaign"`
	Checks     []check       `json:"checks,omitempty"`
	Conditions []seen        `json:"conditions"`
	From       string        `json:"from"`
	Goods      *goodsTrace   `json:"goods,omitempty"`
	Group      *groupTrace   `json:"group,omitempty"`
	Limits     []limitTrace  `json:"limits,omitempty"`
	Outcome    Outcome       `json:"outcome"`
	Purchased  string        `json:"purchased"`
	Reward     *reward1      `json:"reward,omitempty"`
	Rewards    []rewardTrace `json:"rewards,omitempty"`
	To         string        `json:"to,omitempty"`
	Version    int           `json:"v"`
}

// seen is a condition and what it saw; fact, op and want when it compares one
// fact with a literal.
type seen struct {
	Condition string            `json:"condition"`
	Fact      string            `json:"fact,omitempty"`
	Holds     bool              `json:"holds"`
	Op        string            `json:"op,omitempty"`
	Saw       map[string]string `json:"saw"`
	Want      string            `json:"want,omitempty"`
}

// check is what is asked for by another key than when, named by the outcome
// without it.
type check struct {
	Check Outcome `json:"check"`
	Holds bool    `json:"holds"`
	Saw   string  `json:"saw"`
	Want  string  `json:"want"`
}

type goodsTrace struct {
	Condition string `json:"condition"`
	Lines     []int  `json:"lines"`
	Quantity  string `json:"qty"`
	Sum       int64  `json:"sum"`
}

// groupTrace is what became of the group: who won by how much.
type groupTrace struct {
	Best  int64  `json:"best,omitempty"` // what the winner is worth, told to those outdone
	Mode  string `json:"mode"`
	Name  string `json:"name"`
	Won   string `json:"won,omitempty"`
	Worth int64  `json:"worth"`
}

// limitTrace is a limit, what was used of it before, and what of this receipt.
type limitTrace struct {
	Desired int64  `json:"desired"`
	Given   int64  `json:"given"`
	ID      string `json:"id"`
	Max     int64  `json:"max"`
	Used    int64  `json:"used"`
	Window  string `json:"window,omitempty"`
}

// rewardTrace is one reward; which fields there are depends on its kind.
type rewardTrace struct {
	gone bool // of a gift, told by who explains

	Activated   string      `json:"activated,omitempty"`
	Amount      int64       `json:"amount"`
	Begins      string      `json:"begins,omitempty"`
	Condition   string      `json:"condition,omitempty"`
	Currency    string      `json:"currency,omitempty"`
	Desired     int64       `json:"desired,omitempty"` // before limits
	Else        int64       `json:"else,omitempty"`
	ElseDesired int64       `json:"else_desired,omitempty"` // before limits
	Entitlement int64       `json:"entitlement,omitempty"`
	Exact       string      `json:"exact,omitempty"`
	Expires     string      `json:"expires,omitempty"`
	Factor      string      `json:"factor,omitempty"`
	Forfeited   int64       `json:"forfeited,omitempty"`
	Formula     string      `json:"formula,omitempty"`
	Issued      int64       `json:"issued,omitempty"`
	Kind        string      `json:"kind"`
	Lines       []Share     `json:"lines,omitempty"`
	Lives       string      `json:"lives,omitempty"`
	Parts       []partTrace `json:"parts,omitempty"`
	Percent     string      `json:"percent,omitempty"`
	Pool        string      `json:"pool,omitempty"`
	PoolSum     int64       `json:"pool_sum,omitempty"`
	Rounding    string      `json:"rounding,omitempty"`
	Scale       int         `json:"scale,omitempty"`
	Window      string      `json:"window,omitempty"`
}

// partTrace is what of the sum, in kopecks, has one percentage, and the titles of
// the categories it is of.
type partTrace struct {
	Base    string   `json:"base"`
	Percent string   `json:"percent"`
	Titles  []string `json:"titles,omitempty"`
}

// String is the percentage as a rational: 5, 1/2.
func (r rate) String() string { return big.NewRat(int64(r), rateDigits).RatString() }

func traceAccrual(a *accrues, x *exact, value *big.Rat, got Accrual, zone *time.Location, now time.Time) rewardTrace {
	t := rewardTrace{
		Kind: a.kind, Currency: a.currency, Scale: a.scale, Amount: got.Amount, Exact: value.RatString(), Rounding: "floor", Lines: got.Lines,
	}
	for _, p := range x.parts {
		t.Parts = append(t.Parts, partTrace{p.base.RatString(), p.rate.String(), p.titles})
	}
	if x.times != nil {
		t.Factor = x.times.RatString()
	}
	if got.Desired != got.Amount {
		t.Desired = got.Desired
	}
	if got.Amount == 0 {
		return t
	}
	t.Lives, t.Activated = a.ttl.text, now.In(zone).Format(time.DateOnly)
	if !got.Begins.IsZero() {
		t.Begins = got.Begins.Format(time.RFC3339)
	}
	if !got.Expires.IsZero() {
		t.Expires = got.Expires.Format(time.RFC3339)
	}
	return t
}

// encode writes the fields in the order of their keys, which is the order of
// the types above.
func encode(t trace) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return nil, fmt.Errorf("encode trace: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// reward1 is the one reward of traces of version 1.
type reward1 struct {
	Activated string `json:"activated,omitempty"`
	Base      int64  `json:"base"`
	Exact     string `json:"exact"`
	Expires   string `json:"expires,omitempty"`
	Lives     string `json:"lives,omitempty"`
	Percent   string `json:"percent"`
	Points    int64  `json:"points"`
	Rounding  string `json:"rounding"`
}

// decode reads a stored trace, of this version or an earlier one.
func decode(stored []byte) (trace, error) {
	var t trace
	if err := json.Unmarshal(stored, &t); err != nil {
		return t, fmt.Errorf("read trace: %w", err)
	}
	switch {
	case t.Version == 1 && t.Reward != nil:
		r := t.Reward
		t.Rewards = []rewardTrace{{
			Kind: "percent", Amount: r.Points, Exact: r.Exact, Scale: defaultScale, Currency: defaultCurrency,
			Parts: []partTrace{{Base: fmt.Sprint(r.Base), Percent: r.Percent}},
		}}
	case t.Version != 1 && t.Version != traceVersion:
		return t, fmt.Errorf("read trace: unknown version %d", t.Version)
	}
	return t, nil
}
