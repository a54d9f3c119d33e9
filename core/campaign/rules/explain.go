package rules

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"besedka/locales"
)

// Explain words a stored trace for the shopper: how the points came about, or
// what the receipt lacks. Gone are the places of rewards whose gifts had run out: a
// decision is made before that is known.
func Explain(stored []byte, gone []int, p *locales.Printer) (string, error) {
	t, err := decode(stored)
	if err != nil {
		return "", err
	}
	for _, number := range gone {
		if number >= 1 && number <= len(t.Rewards) {
			t.Rewards[number-1].gone = true
		}
	}
	switch t.Outcome {
	case Outside:
		return t.period(p)
	case Credited:
		return t.given(p)
	case Unmet:
		for _, s := range t.Conditions {
			if !s.Holds {
				return s.explain(p), nil
			}
		}
	case Outdone:
		if t.Group != nil && t.Group.Mode == best {
			return p.Text("rules.outdone.best", nil), nil
		}
	}
	key, ok := outcomeTexts[t.Outcome]
	if !ok {
		return "", fmt.Errorf("read trace: outcome %q explains nothing", t.Outcome)
	}
	return p.Text(key, nil), nil
}

// outcomeTexts word what a shopper can do nothing about, or sees at once.
var outcomeTexts = map[Outcome]string{
	OffSchedule: "rules.off_schedule", Late: "rules.late", BeforeRegistration: "rules.before_registration",
	NotInvited: "rules.audience", OtherVariant: "rules.audience", NoGoods: "rules.no_goods",
	NotThisTime: "rules.frequency", Exhausted: "rules.exhausted", Outdone: "rules.outdone.other",
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

func (t trace) given(p *locales.Printer) (string, error) {
	said := make([]string, 0, len(t.Rewards))
	for _, r := range t.Rewards {
		text, err := r.explain(p)
		if err != nil {
			return "", err
		}
		if text != "" {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		return p.Text("rules.nothing", nil), nil
	}
	return strings.Join(said, "; "), nil
}

func (r rewardTrace) explain(p *locales.Printer) (string, error) {
	switch {
	case r.Kind == "coupons" && r.Amount > 0:
		return p.Text("rules.coupons.given", locales.Args{"n": locales.Count(r.Amount)}), nil
	case r.Kind == "coupons" && r.Pool != "" && r.Desired == 0:
		return p.Text("rules.coupons.saved", locales.Args{"sum": locales.Money(r.PoolSum)}), nil
	case r.Kind == "coupons":
		return "", nil
	case r.gone && r.Else > 0:
		return p.Text("rules.instead", nil), nil
	case r.gone:
		return p.Text("rules.gone", nil), nil
	case r.Kind == "gift" && r.Amount > 0:
		return p.Text("rules.gift", nil), nil
	case r.Kind == "gift":
		return p.Text("rules.exhausted", nil), nil
	case r.Kind == "discount":
		return p.Text("rules.discount", locales.Args{"sum": locales.Money(r.Amount)}), nil
	}
	return r.explainPoints(p)
}

func (r rewardTrace) explainPoints(p *locales.Printer) (string, error) {
	text, err := r.counted(p)
	if err != nil {
		return "", err
	}
	if r.Desired > r.Amount {
		text += ". " + p.Text("rules.cut", locales.Args{"points": r.points(r.Amount), "desired": r.points(r.Desired)})
	}
	if begins, err := time.Parse(time.RFC3339, r.Begins); err == nil {
		text += ". " + p.Text("rules.begins", locales.Args{"day": locales.Date(begins)})
	}
	return text, nil
}

// counted is the arithmetic: 5 % of 1,284.50 = 64.225, rounded down to 64.22.
func (r rewardTrace) counted(p *locales.Printer) (string, error) {
	exact, ok := new(big.Rat).SetString(r.Exact)
	if !ok {
		return "", fmt.Errorf("read trace: exact %q is not a number", r.Exact)
	}
	whole := max(r.Amount, r.Desired)
	if len(r.Parts) == 0 {
		return p.Text("rules.fixed", locales.Args{"points": r.points(whole)}), nil
	}
	parts := make([]string, len(r.Parts))
	for i, part := range r.Parts {
		percent, ok := new(big.Rat).SetString(part.Percent)
		base, ok2 := new(big.Rat).SetString(part.Base)
		if !ok || !ok2 {
			return "", fmt.Errorf("read trace: percent %q or base %q is not a number", part.Percent, part.Base)
		}
		parts[i] = p.Text("rules.part", locales.Args{"percent": locales.Exact(percent), "base": rubles(base)})
	}
	sum := strings.Join(parts, " + ")
	if factor, ok := new(big.Rat).SetString(r.Factor); ok {
		sum = p.Text("rules.times", locales.Args{"sum": locales.Text(sum), "factor": locales.Exact(factor)})
	}
	key := "rules.equals"
	if !exact.IsInt() {
		key = "rules.rounded"
	}
	return p.Text(key, locales.Args{"sum": locales.Text(sum), "exact": locales.Exact(r.units(exact)), "points": r.points(whole)}), nil
}

func rubles(kopecks *big.Rat) locales.Arg {
	if kopecks.IsInt() && kopecks.Num().IsInt64() {
		return locales.Money(kopecks.Num().Int64())
	}
	return locales.Exact(new(big.Rat).Quo(kopecks, hundred))
}

// units are whole points of so many minor units.
func (r rewardTrace) units(minor *big.Rat) *big.Rat {
	return new(big.Rat).Quo(minor, new(big.Rat).SetInt64(pow10(r.Scale)))
}

func (r rewardTrace) points(minor int64) locales.Arg {
	if r.Scale == defaultScale {
		return locales.Points(minor)
	}
	return locales.Exact(r.units(new(big.Rat).SetInt64(minor)))
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
