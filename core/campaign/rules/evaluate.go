package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"besedka/core/expr"
)

func (r Receipt) fact(name string) (expr.Value, bool) {
	switch name {
	case "receipt.total":
		return expr.MoneyOf(r.Total), true
	case "receipt.inn":
		return expr.TextOf(r.INN), r.INN != ""
	}
	return expr.Value{}, false
}

// Award is what a receipt brings.
type Award struct {
	Points  int64     // minor units of scale 2, one ruble to a point; 0 when it brings nothing
	Expires time.Time // exclusive; zero without points
	Trace   []byte    // why: JSON, the same bytes for the same version, receipt and instant
}

var hundred = big.NewRat(100, 1)

// Evaluate decides what r brings when its points are activated at that
// instant. It fails when the campaign's own conditions cannot be computed.
func (c *Campaign) Evaluate(r Receipt, activated time.Time) (Award, error) {
	t := c.begin(r)
	for _, cond := range c.when {
		seen, err := cond.check(r)
		if err != nil {
			return Award{}, fmt.Errorf("campaign %s: %w", c.ID, err)
		}
		t.Conditions = append(t.Conditions, seen)
		if !seen.Holds && t.Outcome == credited {
			t.Outcome = unmet
		}
	}
	var a Award
	if t.Outcome == credited {
		c.reward(&a, &t, r, activated)
	}
	var err error
	a.Trace, err = t.encode()
	return a, err
}

// begin opens a trace and looks at the period.
func (c *Campaign) begin(r Receipt) trace {
	t := trace{
		Version: traceVersion, Campaign: c.ID, Outcome: credited, Conditions: []seen{},
		Purchased: r.Purchased.In(c.zone).Format(time.RFC3339), From: c.from.Format(time.DateOnly),
	}
	if !c.until.IsZero() {
		t.To = c.until.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if !c.Covers(r.Purchased) {
		t.Outcome = outside
	}
	return t
}

// reward rounds down once, to the scale of points.
func (c *Campaign) reward(a *Award, t *trace, r Receipt, activated time.Time) {
	exact := new(big.Rat).SetInt64(max(r.Total, 0))
	exact.Mul(exact, c.percent).Quo(exact, hundred)
	a.Points = new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
	t.Reward = &reward{Base: r.Total, Percent: c.percent.RatString(), Exact: exact.RatString(), Points: a.Points, Rounding: "floor"}
	if a.Points > 0 {
		a.Expires = c.ttl.end(activated, c.zone)
		t.Reward.Lives = c.ttl.text
		t.Reward.Activated = activated.In(c.zone).Format(time.DateOnly)
		t.Reward.Expires = a.Expires.Format(time.RFC3339)
	}
}

func (c condition) check(r Receipt) (seen, error) {
	holds, err := c.program.Holds(r.fact)
	if err != nil {
		return seen{}, err
	}
	s := seen{Condition: c.text, Holds: holds, Saw: map[string]string{}}
	for _, name := range c.program.Names() {
		if v, ok := r.fact(name); ok {
			s.Saw[name] = v.String()
		}
	}
	if cmp := c.program.Comparison(); cmp != nil {
		s.Fact, s.Op, s.Want = cmp.Name, cmp.Op, cmp.Want.String()
	}
	return s, nil
}

// encode writes the fields in the order of their keys, which is the order of
// the types below.
func (t trace) encode() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return nil, fmt.Errorf("encode trace: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}
