package rules

import (
	"slices"

	"besedka/core/expr"
	"besedka/core/source"
)

// A pool adds up the sums of a member's receipts of one window.
type pool struct {
	name   string
	window string
}

// A couponRow is how many coupons a receipt brings that its condition takes.
type couponRow struct {
	when  condition
	count condition // the formula
	pool  string    // "" for none
	most  int64     // per receipt; 0 for no end
}

func (r *reader) readPools(entries []source.Entry) {
	windows := []string{perDay, perWeek, perMonth, perCampaign}
	for _, e := range r.entriesUpTo(entries, maxRows) {
		o := source.Fields(e.Value, &r.problems)
		o.Require("window")
		p := pool{e.Key.Text, o.Text("window")}
		if p.window != "" && !slices.Contains(windows, p.window) {
			r.report(o.At("window"), "L124", source.Sentence("нет окна «%s»", "there is no window %q", p.window), source.Meant(p.window, windows))
		}
		o.Done()
		r.c.pools = append(r.c.pools, p)
	}
}

// readCoupons reads a formula, or rows of which the first whose condition holds
// counts.
func (r *reader) readCoupons(n *source.Node) (rows []*couponRow) {
	if n.Kind == source.Scalar {
		return []*couponRow{{count: r.readFormula(n, r.scope(nil))}}
	}
	for _, row := range r.rows(n, maxRows) {
		rows = append(rows, r.readCouponRow(row))
	}
	return rows
}

func (r *reader) readCouponRow(n *source.Node) *couponRow {
	o := source.Fields(n, &r.problems)
	o.Require("count")
	row := &couponRow{pool: o.Text("pool"), most: r.readWhole(o, "max")}
	if when := o.Node("when"); when != nil {
		row.when = r.condition(when, r.scope(nil))
		r.possible(row.when, r.c.when, when.Pos, r.scope(nil))
	}
	scope := r.scope(nil)
	if row.pool != "" {
		r.unknown(o.At("pool"), row.pool, r.poolNames(), source.Sentence("набора", "pool"))
		scope = r.scope(poolName)
	}
	if count := o.Node("count"); count != nil {
		row.count = r.readFormula(count, scope)
	}
	o.Done()
	return row
}

// checkPools reports a pool of another reward: the sum of one receipt would be added to
// it twice.
func (r *reader) checkPools(w *reward, at source.Pos) {
	if !r.terms.Checking {
		return
	}
	for _, earlier := range r.c.rewards {
		for _, row := range w.coupons {
			if row.pool != "" && slices.ContainsFunc(earlier.coupons, func(had *couponRow) bool { return had.pool == row.pool }) {
				r.report(at, "L606", source.Sentence("в набор «%s» складывает и другая награда: сумма чека попадёт в него дважды", "another reward adds to the pool %q, too: the sum of a receipt would be in it twice", row.pool),
					source.Sentence("впишите строки одной награды, или дайте наградам разные наборы", "make them rows of one reward, or give the rewards pools of their own"))
				return
			}
		}
	}
}

func (r *reader) poolNames() []string {
	names := make([]string, len(r.c.pools))
	for i, p := range r.c.pools {
		names[i] = p.name
	}
	return names
}

// windowOf is that of a pool.
func (c *Campaign) windowOf(name string) string {
	for _, p := range c.pools {
		if p.name == name {
			return p.window
		}
	}
	return ""
}

// entitled computes a formula; what cannot be computed is none.
func (row *couponRow) entitled(look expr.Lookup) (int64, error) {
	v, err := row.count.program.Eval(look)
	n, ok := v.Int()
	if err != nil || !ok {
		return 0, err
	}
	return max(n, 0), nil
}
