package rules

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/locales"
)

// Explain words a stored trace for the shopper: how the points came about, or
// what the receipt lacks. Gone are the places of rewards whose gifts had run out: a
// decision is made before that is known.
func Explain(stored []byte, gone []int, p *locales.Printer) (string, error) {
	return ExplainAll([]Told{{stored, gone}}, p)
}

// Told is what Explain words.
type Told struct {
	Trace []byte
	Gone  []int
}

// read is the trace, with what is known since.
func (told Told) read() (trace, error) {
	t, err := decode(told.Trace)
	if err != nil {
		return t, err
	}
	for _, number := range told.Gone {
		if number >= 1 && number <= len(t.Rewards) {
			t.Rewards[number-1].gone = true
		}
	}
	return t, nil
}

// ExplainAll words the stored traces of one receipt, each from a line of its own. A
// shopper asks about what was given, not about every campaign there is: those that
// gave nothing are told when none gave, and a condition as it is written when there
// is nothing else to say.
func ExplainAll(stored []Told, p *locales.Printer) (string, error) {
	var lines []string
	var most telling
	for _, one := range stored {
		t, err := one.read()
		if err != nil {
			return "", err
		}
		text, err := t.explain(p)
		if err != nil {
			return "", err
		}
		if worth := t.telling(); worth > most || lines == nil {
			lines, most = []string{text}, worth
		} else if worth == most {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n"), nil
}

// telling is how much an explanation tells a shopper.
type telling int

const (
	ofNothing   telling = iota // it has no reward: a cap of redemptions
	ofCondition                // as the file has it
	ofReason
	ofGiven
)

func (t trace) telling() telling {
	gave := func(r rewardTrace) bool { return r.Amount > 0 && !r.gone || r.gone && r.Else > 0 }
	raw := func(s seen) bool { return !s.Holds && s.Fact != "receipt.total" }
	switch {
	case slices.ContainsFunc(t.Rewards, gave):
		return ofGiven
	case t.Outcome == Credited && len(t.Rewards) == 0:
		return ofNothing
	case t.Outcome == Unmet && slices.ContainsFunc(t.Conditions, raw):
		return ofCondition
	}
	return ofReason
}

func (t trace) explain(p *locales.Printer) (string, error) {
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
	NotInvited: "rules.audience", OtherVariant: "rules.audience", NoGoods: "rules.no_goods", NoStore: "rules.no_store",
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
	if slices.ContainsFunc(said, func(text string) bool { return strings.Contains(text, "\n") }) {
		return strings.Join(said, "\n"), nil
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
	switch {
	case r.Kind == "percent_by_category" && len(r.Parts) == 0:
		return p.Text("rules.no_goods", nil), nil
	case len(r.Parts) == 0:
		return p.Text("rules.fixed", locales.Args{"points": r.points(whole)}), nil
	}
	said, err := r.parts(p)
	if err != nil {
		return "", err
	}
	args := locales.Args{"exact": locales.Exact(r.units(exact)), "points": r.points(whole)}
	key := "rules.equals"
	if !exact.IsInt() {
		key = "rules.rounded"
	}
	factor, multiplied := new(big.Rat).SetString(r.Factor)
	switch {
	case multiplied:
		args["sum"] = locales.Text(p.Text("rules.times", locales.Args{"sum": locales.Text(said.sum()), "factor": locales.Exact(factor)}))
	case len(said) == 1:
		args["sum"] = locales.Text(said[0].titled)
	default:
		args["sum"] = locales.Text(p.Text("rules.together", nil))
		return said.lines(p) + p.Text(key, args), nil
	}
	return p.Text(key, args), nil
}

// saidPart is what of the sum has one percentage, in words: 3 % of 179.80, the same
// with what it is of, and what it comes to.
type saidPart struct {
	plain, titled string
	exact         *big.Rat // points
}

type saidParts []saidPart

func (r rewardTrace) parts(p *locales.Printer) (saidParts, error) {
	said := make(saidParts, len(r.Parts))
	for i, part := range r.Parts {
		percent, ok := new(big.Rat).SetString(part.Percent)
		base, ok2 := new(big.Rat).SetString(part.Base)
		if !ok || !ok2 {
			return nil, fmt.Errorf("read trace: percent %q or base %q is not a number", part.Percent, part.Base)
		}
		text := p.Text("rules.part", locales.Args{"percent": locales.Exact(percent), "base": rubles(base)})
		exact := new(big.Rat).Mul(percent, base)
		said[i] = saidPart{plain: text, titled: text, exact: exact.Quo(exact, big.NewRat(100*100, 1))}
		if len(part.Titles) > 0 {
			said[i].titled = p.Text("rules.of", locales.Args{"titles": locales.Text(strings.Join(part.Titles, ", ")), "part": locales.Text(text)})
		}
	}
	return said, nil
}

// sum writes the parts in one line.
func (s saidParts) sum() string {
	texts := make([]string, len(s))
	for i, part := range s {
		texts[i] = part.plain
	}
	return strings.Join(texts, " + ")
}

// lines writes each part and what it comes to as a line of its own.
func (s saidParts) lines(p *locales.Printer) (text string) {
	for _, part := range s {
		text += p.Text("rules.equals", locales.Args{"sum": locales.Text(part.titled), "exact": locales.Exact(part.exact)}) + "\n"
	}
	return text
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
