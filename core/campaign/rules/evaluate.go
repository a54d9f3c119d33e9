package rules

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"besedka/core/fiscal"
)

var hundred = big.NewRat(100, 1)

// A finding is a decision in the making.
type finding struct {
	c     *Campaign
	d     Decision
	trace trace
	left  map[string]int64 // of limits, by id
}

// decide looks at everything, so that the trace tells all that was not met, and
// gives when all was.
func (c *Campaign) decide(e *env) (*finding, error) {
	f := c.begin(e)
	if err := f.meet(e); err != nil {
		return nil, fmt.Errorf("campaign %s: %w", c.ID, err)
	}
	f.meetStore(e)
	if f.d.Outcome != Credited {
		return f, nil
	}
	f.allow(e)
	if f.d.Outcome != Credited {
		return f, nil
	}
	for i, w := range c.rewards {
		if err := f.give(e, i+1, w); err != nil {
			return nil, fmt.Errorf("campaign %s: reward %d: %w", c.ID, i+1, err)
		}
	}
	f.fallBack(e)
	f.consume(e)
	return f, nil
}

// begin opens a trace and looks at the times.
func (c *Campaign) begin(e *env) *finding {
	e.local = e.f.Receipt.Purchased.In(c.zone)
	f := &finding{c: c, d: Decision{Campaign: c.ID, Outcome: Credited}, trace: trace{
		Version: traceVersion, Campaign: c.ID, Conditions: []seen{},
		Purchased: e.local.Format(time.RFC3339), From: c.from.Format(time.DateOnly),
	}}
	if !c.until.IsZero() {
		f.trace.To = c.until.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if !c.Covers(e.f.Receipt.Purchased) {
		f.refuse(Outside)
	}
	return f
}

// refuse notes the first reason for which nothing is given.
func (f *finding) refuse(why Outcome) {
	if f.d.Outcome == Credited {
		f.d.Outcome = why
	}
}

// check notes something that is no expression.
func (f *finding) check(why Outcome, holds bool, want, saw string) {
	f.trace.Checks = append(f.trace.Checks, check{Check: why, Holds: holds, Saw: saw, Want: want})
	if !holds {
		f.refuse(why)
	}
}

// meet looks at everything that a campaign asks for.
func (f *finding) meet(e *env) error {
	f.meetTimes(e)
	f.meetMember(e)
	if err := f.meetGoods(e); err != nil {
		return err
	}
	for _, cond := range f.c.when {
		s, err := cond.see(e)
		if err != nil {
			return err
		}
		f.trace.Conditions = append(f.trace.Conditions, s)
		if !s.Holds {
			f.refuse(Unmet)
		}
	}
	f.meetFrequency(e)
	return nil
}

func (f *finding) meetMember(e *env) {
	if c := f.c; c.experiment.name != "" {
		is := c.experiment.of(e.f.Member.ID)
		f.check(OtherVariant, is == c.experiment.variant, c.experiment.variant, is)
	}
	if len(f.c.audience) > 0 {
		in := inBoth(f.c.audience, e.f.Member.Segments)
		f.check(NotInvited, in != "", fmt.Sprint(f.c.audience), in)
	}
}

func (f *finding) meetGoods(e *env) (err error) {
	if e.goods, err = f.c.choose(e); err != nil || f.c.goods.program == nil {
		return err
	}
	f.trace.Goods = &goodsTrace{Condition: f.c.goods.text, Lines: e.goods.lines(), Quantity: e.goods.quantity.String(), Sum: e.goods.sum}
	if len(e.goods.pieces) == 0 {
		f.refuse(NoGoods)
	}
	return nil
}

// inBoth is the first of wanted that is among have, "" when none is.
func inBoth(wanted, have []string) string {
	for _, name := range wanted {
		if slices.Contains(have, name) {
			return name
		}
	}
	return ""
}

func (f *finding) meetTimes(e *env) {
	c, r := f.c, &e.f.Receipt
	if !c.schedule.always() {
		f.check(OffSchedule, c.schedule.holds(e.local), c.schedule.told(), e.local.Format("Mon 2006-01-02 15:04"))
	}
	if c.within.told {
		uploaded := r.Uploaded
		if uploaded.IsZero() {
			uploaded = r.Purchased
		}
		end := days{c.within.n + 1, true}.after(r.Purchased, c.zone)
		f.check(Late, uploaded.Before(end), end.Format(time.RFC3339), uploaded.In(c.zone).Format(time.RFC3339))
	}
	if joined := e.f.Member.Registered; c.beforehand.told && !joined.IsZero() {
		since := days{-c.beforehand.n, true}.after(joined, c.zone)
		f.check(BeforeRegistration, !r.Purchased.Before(since), since.Format(time.RFC3339), e.local.Format(time.RFC3339))
	}
}

// meetFrequency counts a purchase that met everything else.
func (f *finding) meetFrequency(e *env) {
	key, counts := f.c.frequency(e.local)
	if !counts {
		return
	}
	used := e.f.Used[key]
	want := "every " + fmt.Sprint(f.c.schedule.every)
	if f.c.schedule.first != "" {
		want = "first of " + f.c.schedule.first
	}
	met := f.d.Outcome == Credited
	f.check(NotThisTime, f.c.schedule.turn(used), want, fmt.Sprint(used+1))
	if met {
		f.use(key, 1)
	}
}

// frequency is the counter of purchases, if the schedule counts them.
func (c *Campaign) frequency(local time.Time) (key Counter, counts bool) {
	return Counter{c.ID, frequencyID, OfMember, window(c.schedule.first, local)}, c.schedule.counts()
}

func (f *finding) use(key Counter, amount int64) {
	f.d.Uses = append(f.d.Uses, Use{key, amount})
}

// see evaluates a condition and keeps what it compared.
func (c condition) see(e *env) (seen, error) {
	holds, err := c.program.Holds(e.look)
	if err != nil {
		return seen{}, err
	}
	s := seen{Condition: c.text, Holds: holds, Saw: map[string]string{}}
	for _, name := range c.program.Names() {
		if v, ok := e.look(name); ok {
			s.Saw[name] = v.String()
		}
	}
	if cmp := c.program.Comparison(); cmp != nil {
		s.Fact, s.Op, s.Want = cmp.Name, cmp.Op, cmp.Want.String()
	}
	return s, nil
}

// goodsLeft cuts the basket to what limits of goods leave. When that is nothing, no
// reward is given, of whatever sum.
func (f *finding) goodsLeft(e *env) {
	want := int64(e.goods.quantity)
	got := f.cut(whatGoods, "", want)
	if got == want {
		return
	}
	if e.goods = e.goods.upTo(fiscal.Quantity(got)); got == 0 {
		f.refuse(Exhausted)
	}
}
