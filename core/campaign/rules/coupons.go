package rules

import "math"

// giveCoupons gives by the first row whose condition holds.
func (f *finding) giveCoupons(e *env, number int, w *reward) error {
	row, err := w.row(e)
	if err != nil {
		return err
	}
	if row == nil {
		f.trace.Rewards = append(f.trace.Rewards, rewardTrace{Kind: w.kind})
		return nil
	}
	c := Coupons{Reward: number, Pool: row.pool, Sum: e.sum(w.of), Most: math.MaxInt64}
	var had Pooled
	if c.Pool != "" {
		c.Window = window(f.c.windowOf(c.Pool), e.local)
		had = e.f.Pools[PoolKey{f.c.ID, c.Pool, c.Window}]
	}
	if c.Entitlement, err = e.entitled(row, had.Sum+c.Sum); err != nil {
		return err
	}
	if row.most > 0 {
		c.Most = row.most
	}
	due := max(c.Entitlement-had.Issued-had.Forfeited, 0)
	c.Issue = f.cut(whatCoupons, "", min(due, c.Most))
	c.Forfeit = due - c.Issue
	if c.Forfeit > 0 {
		c.Most = c.Issue
	}
	c.Entitled = e.formula(row)
	f.d.Coupons = append(f.d.Coupons, c)
	f.trace.Rewards = append(f.trace.Rewards, rewardTrace{
		Kind: w.kind, Amount: c.Issue, Desired: due, Condition: row.when.text, Formula: row.count.text,
		Pool: c.Pool, Window: c.Window, Entitlement: c.Entitlement, PoolSum: had.Sum + c.Sum, Issued: had.Issued, Forfeited: had.Forfeited + c.Forfeit,
	})
	return nil
}

func (w *reward) row(e *env) (*couponRow, error) {
	for _, row := range w.coupons {
		if row.when.program == nil {
			return row, nil
		}
		holds, err := row.when.program.Holds(e.look)
		if err != nil || holds {
			return row, err
		}
	}
	return nil, nil
}

// entitled computes a row's formula for a sum of its pool.
func (e *env) entitled(row *couponRow, sum int64) (int64, error) {
	e.pool, e.hasPool = sum, row.pool != ""
	n, err := row.entitled(e.look)
	e.hasPool = false
	return n, err
}

// formula is that of a row by the sum of its pool; it keeps its own copy of what
// else it sees. Facts have been of the right kinds before, so it cannot fail.
func (e *env) formula(row *couponRow) func(sum int64) int64 {
	own := &env{f: e.f, now: e.now, local: e.local, goods: e.goods}
	own.look = own.fact
	return func(sum int64) int64 {
		n, _ := own.entitled(row, sum)
		return n
	}
}
