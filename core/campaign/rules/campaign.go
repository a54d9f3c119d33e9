package rules

import (
	"math/big"
	"path"
	"strings"
	"time"

	"besedka/core/expr"
	"besedka/core/source"
)

// A Campaign is one version of the terms by which receipts bring points.
type Campaign struct {
	ID   string
	Name string

	from, until time.Time // of the purchase; until exclusive, zero for no end
	when        []condition
	percent     *big.Rat
	ttl         lifetime
	zone        *time.Location
	priority    int64
}

// A condition is one of the expressions that must all hold.
type condition struct {
	text    string
	program *expr.Program
}

// scope is what conditions may speak of; Receipt.fact answers.
var scope = expr.Scope{Names: map[string]expr.Kind{
	"receipt.total": expr.Money,
	"receipt.inn":   expr.Text,
}}

// maxPercent keeps an award within the sum that was paid.
var maxPercent = big.NewRat(100, 1)

// Parse reads one campaign, whose id is the name of its file. With problems
// there is no campaign.
func Parse(file string, text []byte, terms Terms) (*Campaign, []*source.Problem) {
	root, problems := source.Parse(file, text)
	if root == nil {
		return nil, problems
	}
	o := source.Fields(root, &problems)
	o.Require("campaign", "name", "period", "reward")
	c := &Campaign{ID: o.Text("campaign"), Name: o.Text("name"), zone: terms.Zone}
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); o.Has("campaign") && c.ID != want {
		o.Report(o.At("campaign"), "L601", source.Sentence("акция называется «%s», а файл «%s»", "the campaign is called %q and its file %q", c.ID, path.Base(file)),
			source.Sentence("назовите их одинаково", "give them the same name"))
	}
	c.readPeriod(o.Object("period"))
	c.readWhen(o.Node("when"), &problems)
	c.readReward(o.Object("reward"))
	o.Done()
	if len(problems) > 0 {
		return nil, problems
	}
	return c, nil
}

func (c *Campaign) readPeriod(o *source.Object) {
	o.Require("from")
	c.from = c.day(o, "from")
	if last := c.day(o, "to"); !last.IsZero() {
		c.until = last.AddDate(0, 0, 1)
	}
	if !c.until.IsZero() && !c.from.Before(c.until) {
		o.Report(o.At("to"), "L602", source.Sentence("акция кончается раньше, чем начинается", "the campaign ends before it begins"),
			source.Sentence("поменяйте дни местами", "swap the days"))
	}
	o.Done()
}

// Period is when purchases count: from begins on, before ends; zero ends for no
// end.
func (c *Campaign) Period() (begins, ends time.Time) { return c.from, c.until }

// Covers says whether a purchase of that instant falls into the period.
func (c *Campaign) Covers(purchased time.Time) bool {
	return !purchased.Before(c.from) && (c.until.IsZero() || purchased.Before(c.until))
}

// day reads the beginning of a day in the campaign's zone.
func (c *Campaign) day(o *source.Object, key string) time.Time {
	text := o.Text(key)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, c.zone)
	if err != nil {
		o.Report(o.At(key), "L602", source.Sentence("«%s» - не день", "%q is not a day", text),
			source.Sentence("пишите год-месяц-день: 2026-05-03", "write year-month-day: 2026-05-03"))
	}
	return day
}

// readWhen reads one expression or a list of them.
func (c *Campaign) readWhen(n *source.Node, problems *[]*source.Problem) {
	if n == nil {
		return
	}
	nodes := []*source.Node{n}
	if n.Kind == source.List {
		nodes = n.Items
	}
	for _, n := range nodes {
		text := n.AsText(problems)
		if n.Kind != source.Scalar {
			continue
		}
		program, wrong := expr.Condition(text, n.At, scope)
		*problems = append(*problems, wrong...)
		c.when = append(c.when, condition{text, program})
	}
}

func (c *Campaign) readReward(o *source.Object) {
	o.Require("percent", "ttl")
	c.percent = o.Decimal("percent")
	if c.percent != nil && (c.percent.Sign() <= 0 || c.percent.Cmp(maxPercent) > 0) {
		o.Report(o.At("percent"), "L603", source.Sentence("процент должен быть больше 0 и не больше 100", "the percentage must be above 0 and at most 100"),
			source.Sentence("пишите, например, percent: 5", "write for example percent: 5"))
	}
	if text := o.Text("ttl"); text != "" {
		var ok bool
		if c.ttl, ok = parseLifetime(text); !ok {
			o.Report(o.At("ttl"), "L604", source.Sentence("«%s» - не срок", "%q is not a duration", text),
				source.Sentence("пишите P6M (шесть месяцев), P14D (дней), P1Y (год)", "write P6M (six months), P14D (days), P1Y (a year)"))
		}
	}
	o.Done()
}
