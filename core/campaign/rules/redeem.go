package rules

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"besedka/core/source"
)

// A capRow is how much of a purchase may be paid by points when its condition
// holds.
type capRow struct {
	when condition
	rate rate
	of   string
}

// readCaps reads rows of which the first whose condition holds counts.
func (r *reader) readCaps(n *source.Node) {
	for _, n := range r.upTo(n.AsList(&r.problems), maxRewards) {
		o := source.Fields(n, &r.problems)
		o.Require("percent")
		row := capRow{rate: r.readRate(o, "percent"), of: r.choice(o, "of", ofPayable, []string{ofPayable, ofTotal})}
		if when := o.Node("when"); when != nil {
			row.when = r.condition(when, r.c.seen)
			r.possible(row.when, r.c.when, when.Pos, r.c.seen)
		}
		o.Done()
		r.c.caps = append(r.c.caps, row)
	}
	if n != nil && r.terms.Checking && (r.c.goods.program != nil || r.c.schedule.counts()) {
		r.report(n.Pos, "L614", source.Sentence("предел спрашивают до чека: ни товаров, ни счёта покупок тогда нет", "a cap is asked for before there is a receipt: there are no goods then, and no count of purchases"),
			source.Sentence("вынесите redeem_cap в отдельную акцию без goods и frequency", "write redeem_cap into a campaign of its own, without goods and frequency"))
	}
}

// RedeemCap is how much of a purchase may be paid by points: the least that a
// campaign of the set allows. Without one that says anything it is what is
// payable, and no campaign is named. Percentages are rounded down to the kopeck.
func (s *Set) RedeemCap(facts Facts, now time.Time) (Cap, error) {
	e := newEnv(&facts, now)
	least := Cap{Most: max(e.sum(ofPayable), 0)}
	for _, c := range s.campaigns {
		found, err := c.redeem(e)
		if err != nil {
			return Cap{}, fmt.Errorf("campaign %s: redeem cap: %w", c.ID, err)
		}
		if found != nil && (least.Campaign == "" || found.Most < least.Most) {
			least = *found
		}
	}
	return least, nil
}

// redeem is what one campaign allows, nil when it says nothing.
func (c *Campaign) redeem(e *env) (*Cap, error) {
	if len(c.caps) == 0 {
		return nil, nil
	}
	f := c.begin(e)
	if err := f.meet(e); err != nil || f.d.Outcome != Credited {
		return nil, err
	}
	for _, row := range c.caps {
		s := seen{Holds: true}
		if row.when.program != nil {
			var err error
			if s, err = row.when.see(e); err != nil {
				return nil, err
			}
			f.trace.Conditions = append(f.trace.Conditions, s)
		}
		if s.Holds {
			return f.capped(e, row)
		}
	}
	return nil, nil
}

func (f *finding) capped(e *env, row capRow) (*Cap, error) {
	base := max(e.sum(row.of), 0)
	most := new(big.Int).Mul(big.NewInt(base), big.NewInt(int64(row.rate)))
	most.Quo(most, big.NewInt(wholeRate))
	f.trace.Outcome = Credited
	f.trace.Rewards = []rewardTrace{{Kind: "redeem_cap", Amount: most.Int64(), Parts: []partTrace{{Base: fmt.Sprint(base), Percent: row.rate.String()}}}}
	text, err := encode(f.trace)
	return &Cap{Campaign: f.c.ID, Most: min(most.Int64(), max(e.sum(ofPayable), 0)), Trace: slices.Clone(text)}, err
}
