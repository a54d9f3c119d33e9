package rules

import (
	"cmp"
	"math/big"
	"slices"
)

// split shares out an amount over the lines that it comes from: each gets its
// exact share rounded down, and what is left over goes, one unit each, to the
// largest remainders, among equals to the earlier line. An amount that limits
// have cut is shared in proportion.
func (x *exact) split(amount, desired int64) []Share {
	if len(x.lines) == 0 || amount <= 0 {
		return nil
	}
	num, den := x.factor.Num(), x.factor.Denom()
	if amount < desired {
		num, den = big.NewInt(amount), new(big.Int)
		for _, w := range x.weights {
			den.Add(den, w)
		}
	}
	shares := make([]Share, len(x.lines))
	rests := make([]rest, len(x.lines))
	left, product, whole := amount, new(big.Int), new(big.Int)
	for i, w := range x.weights {
		product.Mul(w, num)
		whole.QuoRem(product, den, &rests[i].over)
		rests[i].at = i
		shares[i] = Share{Line: x.lines[i], Amount: whole.Int64()}
		left -= whole.Int64()
	}
	if left > 0 {
		slices.SortFunc(rests, func(a, b rest) int {
			return cmp.Or(b.over.Cmp(&a.over), cmp.Compare(x.lines[a.at], x.lines[b.at]))
		})
		for _, r := range rests[:left] {
			shares[r.at].Amount++
		}
	}
	return shares
}

// rest is what rounding down left of a line's share.
type rest struct {
	over big.Int
	at   int
}
