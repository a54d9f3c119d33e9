package rules

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"besedka/locales"
)

// traceVersion changes when stored traces could no longer be read as today.
const traceVersion = 1

// A trace is what Evaluate compared and computed. Its keys are sorted, its
// sums are kopecks and minor units, its rationals exact.
type trace struct {
	Campaign   string  `json:"campaign"`
	Conditions []seen  `json:"conditions"`
	From       string  `json:"from"`
	Outcome    outcome `json:"outcome"`
	Purchased  string  `json:"purchased"`
	Reward     *reward `json:"reward,omitempty"`
	To         string  `json:"to,omitempty"`
	Version    int     `json:"v"`
}

type outcome string

const (
	credited outcome = "credited"
	outside  outcome = "outside" // of the period
	unmet    outcome = "unmet"   // some condition
)

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

type reward struct {
	Activated string `json:"activated,omitempty"`
	Base      int64  `json:"base"`
	Exact     string `json:"exact"`
	Expires   string `json:"expires,omitempty"`
	Lives     string `json:"lives,omitempty"`
	Percent   string `json:"percent"`
	Points    int64  `json:"points"`
	Rounding  string `json:"rounding"`
}

// Explain words a stored trace for the shopper: how the points came about, or
// what the receipt lacks.
func Explain(stored []byte, p *locales.Printer) (string, error) {
	var t trace
	if err := json.Unmarshal(stored, &t); err != nil {
		return "", fmt.Errorf("read trace: %w", err)
	}
	if t.Version != traceVersion {
		return "", fmt.Errorf("read trace: unknown version %d", t.Version)
	}
	switch {
	case t.Outcome == outside:
		return t.period(p)
	case t.Outcome == credited && t.Reward != nil:
		return t.Reward.explain(p)
	}
	for _, s := range t.Conditions {
		if !s.Holds {
			return s.explain(p), nil
		}
	}
	return "", fmt.Errorf("read trace: outcome %q explains nothing", t.Outcome)
}

func (t trace) period(p *locales.Printer) (string, error) {
	purchased, err := time.Parse(time.RFC3339, t.Purchased)
	if err != nil {
		return "", fmt.Errorf("read trace: %w", err)
	}
	from, err := time.Parse(time.DateOnly, t.From)
	if err != nil {
		return "", fmt.Errorf("read trace: %w", err)
	}
	args := locales.Args{"day": locales.Date(purchased), "from": locales.Date(from)}
	if t.To == "" {
		return p.Text("rules.early", args), nil
	}
	to, err := time.Parse(time.DateOnly, t.To)
	if err != nil {
		return "", fmt.Errorf("read trace: %w", err)
	}
	args["to"] = locales.Date(to)
	return p.Text("rules.outside", args), nil
}

func (r reward) explain(p *locales.Printer) (string, error) {
	percent, ok := new(big.Rat).SetString(r.Percent)
	exact, ok2 := new(big.Rat).SetString(r.Exact)
	if !ok || !ok2 {
		return "", fmt.Errorf("read trace: percent %q or exact %q is not a number", r.Percent, r.Exact)
	}
	key := "rules.percent"
	if !exact.IsInt() {
		key = "rules.rounded"
	}
	return p.Text(key, locales.Args{
		"percent": locales.Exact(percent),
		"base":    locales.Money(r.Base),
		"exact":   locales.Exact(exact.Quo(exact, hundred)),
		"points":  locales.Points(r.Points),
	}), nil
}

// totalTexts word what a total lacks, by the comparison that did not hold.
var totalTexts = map[string]string{
	">=": "rules.total.from", ">": "rules.total.above", "<=": "rules.total.upto", "<": "rules.total.below",
}

func (s seen) explain(p *locales.Printer) string {
	key, ok := totalTexts[s.Op]
	saw, err := strconv.ParseInt(s.Saw[s.Fact], 10, 64)
	want, err2 := strconv.ParseInt(s.Want, 10, 64)
	if s.Fact != "receipt.total" || !ok || err != nil || err2 != nil {
		return p.Text("rules.unmet", locales.Args{"condition": locales.Text(s.Condition)})
	}
	return p.Text(key, locales.Args{"saw": locales.Money(saw), "want": locales.Money(want)})
}
