package rules

import (
	"fmt"
	"math/big"
	"slices"

	"besedka/core/expr"
)

// An exact is what a reward comes to before rounding: weights of lines, or one
// weight of the receipt as a whole, times a factor.
type exact struct {
	lines   []int // whose weights those are; none for the receipt as a whole
	weights []*big.Int
	factor  *big.Rat
	parts   []part   // for the trace
	times   *big.Rat // nil for once
}

// value is the whole, in minor units.
func (x *exact) value() *big.Rat {
	sum := new(big.Int)
	for _, w := range x.weights {
		sum.Add(sum, w)
	}
	v := new(big.Rat).SetInt(sum)
	return v.Mul(v, x.factor)
}

// floor rounds down, the only time that an award is rounded.
func floor(v *big.Rat) (int64, error) {
	n := new(big.Int).Quo(v.Num(), v.Denom())
	if !n.IsInt64() {
		return 0, fmt.Errorf("an award of %s minor units is out of range", n)
	}
	return max(n.Int64(), 0), nil
}

// compute is what an accrual comes to. Its fact names are those of e.
func (a *accrues) compute(e *env) (*exact, error) {
	x := &exact{factor: a.scaled()}
	switch a.kind {
	case "percent":
		a.percentage(x, e)
	case "percent_by_category":
		a.byBranch(x, e)
	case "fixed":
		x.flat(a.fixed)
	case "every":
		x.flat(a.fixed)
		x.weights[0].Mul(x.weights[0], big.NewInt(int64(e.goods.quantity)/(a.every*int64(perUnit))))
	case "bands":
		a.banded(x, e)
	}
	a.withoutTenders(x, e)
	return x, a.multiplied(x, e)
}

// scaled is how many minor units one kopeck at the least percentage is.
func (a *accrues) scaled() *big.Rat { return big.NewRat(pow10(a.scale), 100*wholeRate) }

// flat is an amount that is of no sum.
func (x *exact) flat(minor int64) {
	x.weights, x.factor = []*big.Int{big.NewInt(minor)}, big.NewRat(1, 1)
}

func (a *accrues) percentage(x *exact, e *env) {
	switch {
	case a.favorite != "":
		e.favour(x, a)
	case a.of == ofGoods:
		x.weigh(e.goods, func(*Line) rate { return a.rate })
	default:
		x.whole(e.sum(a.of), a.rate)
	}
}

// favour takes the lines of the category that a field of the profile names.
func (e *env) favour(x *exact, a *accrues) {
	v, _ := e.look(a.favorite)
	category := v.Text()
	x.weigh(e.goods, func(l *Line) rate {
		if category != "" && expr.BranchOf(l.Category).Under(category) {
			return a.rate
		}
		return 0
	})
}

func (a *accrues) byBranch(x *exact, e *env) {
	if a.unseen > 0 && !e.f.Receipt.seen() {
		x.whole(e.f.Receipt.Total, a.unseen)
		return
	}
	x.weigh(e.goods, func(l *Line) rate {
		category := expr.BranchOf(l.Category)
		for _, b := range a.branches {
			if category.Under(b.branch) {
				return b.rate
			}
		}
		return 0
	})
}

// banded is the last band that the sum reaches, for the whole of it.
func (a *accrues) banded(x *exact, e *env) {
	sum, at := e.sum(a.of), -1
	for i, b := range a.bands {
		if sum >= b.from {
			at = i
		}
	}
	switch {
	case at < 0:
		x.flat(0)
	case a.bands[at].fixed > 0:
		x.flat(a.bands[at].fixed)
	case a.of == ofGoods:
		x.weigh(e.goods, func(*Line) rate { return a.bands[at].rate })
	default:
		x.whole(sum, a.bands[at].rate)
	}
}

// sum is what percentages are of.
func (e *env) sum(of string) int64 {
	switch of {
	case ofGoods:
		return e.goods.sum
	case ofPayable:
		return e.f.Receipt.Total - e.f.Receipt.Discount
	}
	return e.f.Receipt.Total
}

func (x *exact) whole(sum int64, r rate) {
	w := big.NewInt(max(sum, 0))
	x.weights = []*big.Int{w.Mul(w, big.NewInt(int64(r)))}
	x.parts = []part{{base: new(big.Rat).SetInt64(max(sum, 0)), rate: r}}
}

// weigh weighs every line by its sum and rate. Of a line that a limit has cut
// counts its part: one line at most is cut, and its quantity is then a common
// denominator.
func (x *exact) weigh(b basket, of func(*Line) rate) {
	whole := b.cutLine()
	if whole != nil {
		x.factor.Quo(x.factor, new(big.Rat).SetInt(whole))
	}
	words := make([]big.Int, len(b.pieces))
	x.lines, x.weights = make([]int, 0, len(b.pieces)), make([]*big.Int, 0, len(b.pieces))
	for i, p := range b.pieces {
		r := of(p.Line)
		if r == 0 || p.Sum <= 0 {
			continue
		}
		w := words[i].SetInt64(p.Sum)
		switch {
		case p.take < p.Quantity:
			w.Mul(w, big.NewInt(int64(p.take)))
		case whole != nil:
			w.Mul(w, whole)
		}
		x.addPart(r, w, p.Title)
		x.lines, x.weights = append(x.lines, p.Number), append(x.weights, w.Mul(w, big.NewInt(int64(r))))
	}
	for i := range x.parts {
		if whole != nil {
			x.parts[i].base.Quo(x.parts[i].base, new(big.Rat).SetInt(whole))
		}
	}
}

// cutLine is the quantity of the line that is cut, nil when none is.
func (b basket) cutLine() *big.Int {
	for _, p := range b.pieces {
		if p.take < p.Quantity {
			return big.NewInt(int64(p.Quantity))
		}
	}
	return nil
}

// A part is what of the sum has one rate, and the categories it is of by their
// titles.
type part struct {
	base   *big.Rat
	rate   rate
	titles []string
}

func (x *exact) addPart(r rate, base *big.Int, title string) {
	at := slices.IndexFunc(x.parts, func(p part) bool { return p.rate == r })
	if at < 0 {
		at = len(x.parts)
		x.parts = append(x.parts, part{base: new(big.Rat), rate: r})
	}
	p := &x.parts[at]
	p.base.Add(p.base, new(big.Rat).SetInt(base))
	if title != "" && !slices.Contains(p.titles, title) {
		p.titles = append(p.titles, title)
	}
}

// withoutTenders leaves out what was paid by points, in proportion.
func (a *accrues) withoutTenders(x *exact, e *env) {
	var excluded int64
	for _, tender := range a.exclude {
		excluded += e.f.Receipt.Tenders[tender]
	}
	paid := e.f.Receipt.Total - e.f.Receipt.Discount
	if excluded <= 0 || len(x.parts) == 0 || paid <= 0 {
		return
	}
	left := big.NewRat(max(paid-excluded, 0), paid)
	x.factor.Mul(x.factor, left)
	for i := range x.parts {
		x.parts[i].base.Mul(x.parts[i].base, left)
	}
}

func (a *accrues) multiplied(x *exact, e *env) error {
	for _, f := range a.multiply {
		if f.when.program != nil {
			holds, err := f.when.program.Holds(e.look)
			if err != nil {
				return err
			}
			if !holds {
				continue
			}
		}
		if x.times == nil {
			x.times = big.NewRat(1, 1)
		}
		x.times.Mul(x.times, f.by)
	}
	if x.times != nil {
		x.factor.Mul(x.factor, x.times)
	}
	return nil
}
