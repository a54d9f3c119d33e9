package rules

import (
	"fmt"
	"math/big"

	"besedka/core/fiscal"
)

// A basket is the lines that a campaign is about.
type basket struct {
	pieces   []piece
	sum      int64           // kopecks
	quantity fiscal.Quantity // millionths
}

// A piece is a line and how much of it counts: all of it, unless a limit of
// goods has cut it.
type piece struct {
	*Line
	take fiscal.Quantity
}

// choose takes the lines that goods asks for; all of them without it.
func (c *Campaign) choose(e *env) (b basket, err error) {
	for i := range e.values {
		l := &e.values[i]
		holds := true
		if c.goods.program != nil {
			e.line = l
			holds, err = c.goods.program.Holds(e.look)
			e.line = nil
			if err != nil {
				return basket{}, fmt.Errorf("goods, line %d: %w", l.Number, err)
			}
		}
		if holds {
			b.add(piece{l.Line, l.Quantity})
		}
	}
	return b, nil
}

func (b *basket) add(p piece) {
	b.pieces = append(b.pieces, p)
	b.quantity += p.take
	b.sum += p.Sum
}

// upTo takes from the first lines on no more than so much. Of the line that is
// cut the sum counts its part, in whole kopecks; percentages weigh it exactly.
func (b basket) upTo(most fiscal.Quantity) (cut basket) {
	for _, p := range b.pieces {
		whole := p.take
		if p.take = min(p.take, most-cut.quantity); p.take <= 0 {
			continue
		}
		cut.add(p)
		if p.take < whole {
			part := new(big.Int).Mul(big.NewInt(p.Sum), big.NewInt(int64(p.take)))
			cut.sum += part.Quo(part, big.NewInt(int64(whole))).Int64() - p.Sum
		}
	}
	return cut
}

func (b basket) lines() []int {
	numbers := make([]int, len(b.pieces))
	for i, p := range b.pieces {
		numbers[i] = p.Number
	}
	return numbers
}
