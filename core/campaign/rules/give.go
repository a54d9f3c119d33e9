package rules

import "math/big"

// give adds what one reward gives.
func (f *finding) give(e *env, number int, w *reward) error {
	switch w.kind {
	case "coupons":
		return f.giveCoupons(e, number, w)
	case "gift":
		return f.giveGift(e, number, w)
	case "discount":
		f.giveDiscount(e, number, w)
		return nil
	}
	return f.giveAccrual(e, number, w.accrues)
}

func (f *finding) giveAccrual(e *env, number int, a *accrues) error {
	x, err := a.compute(e)
	if err != nil {
		return err
	}
	value := x.value()
	desired, err := floor(value)
	if err != nil {
		return err
	}
	amount := f.cut(whatAccrual, a.currency, desired)
	got := a.accrual(f.c, e, number, amount, desired)
	got.Lines = x.split(amount, desired)
	f.trace.Rewards = append(f.trace.Rewards, traceAccrual(a, x, value, got, f.c.zone, e.now))
	if amount > 0 {
		f.d.Accruals = append(f.d.Accruals, got)
	}
	return nil
}

// accrual gives an amount its days: a lifetime begins when the points can be
// spent.
func (a *accrues) accrual(c *Campaign, e *env, number int, amount, desired int64) Accrual {
	got := Accrual{Currency: a.currency, Amount: amount, Desired: desired, Reward: number}
	if amount == 0 {
		return got
	}
	begins := e.now
	if a.delay.told {
		begins = a.delay.after(e.now, c.zone)
		got.Begins = begins
	}
	got.Expires = a.ttl.end(begins, c.zone)
	return got
}

func (f *finding) giveGift(e *env, number int, w *reward) error {
	t := rewardTrace{Kind: w.kind, Pool: w.gift}
	if f.cut(whatGift, "", 1) == 1 {
		t.Amount = 1
		gift := Gift{Reward: number, Pool: w.gift}
		if w.fallback != nil {
			x, err := w.fallback.compute(e)
			if err != nil {
				return err
			}
			points, err := floor(x.value())
			if err != nil {
				return err
			}
			gift.Else = &Accrual{Desired: points}
		}
		f.d.Gifts = append(f.d.Gifts, gift)
	}
	f.trace.Rewards = append(f.trace.Rewards, t)
	return nil
}

// fallBack cuts what gifts fall back on to what limits leave once all else is given:
// whether a gift is gone is known later, and every one of them may be.
func (f *finding) fallBack(e *env) {
	for i := range f.d.Gifts {
		g := &f.d.Gifts[i]
		if g.Else == nil {
			continue
		}
		a, desired := f.c.rewards[g.Reward-1].fallback, g.Else.Desired
		amount := f.leaves(whatAccrual, a.currency, desired)
		*g.Else = a.accrual(f.c, e, g.Reward, amount, desired)
		t := &f.trace.Rewards[g.Reward-1]
		if t.Else = amount; amount < desired {
			t.ElseDesired = desired
		}
		for _, l := range f.c.limits {
			if !l.bounds(whatAccrual, a.currency) {
				continue
			}
			f.left[l.id] -= amount
			if key, counted := f.c.counter(l, e.local); counted && amount > 0 {
				g.Uses = append(g.Uses, Use{key, amount})
			}
		}
	}
}

func (f *finding) giveDiscount(e *env, number int, w *reward) {
	off := new(big.Int).Mul(big.NewInt(max(e.sum(w.of), 0)), big.NewInt(int64(w.discount)))
	off.Quo(off, big.NewInt(wholeRate))
	f.d.Discount += off.Int64()
	f.trace.Rewards = append(f.trace.Rewards, rewardTrace{Kind: w.kind, Amount: off.Int64(), Percent: w.discount.String()})
}
