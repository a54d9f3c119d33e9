package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"

	"besedka/core/campaign"
	"besedka/core/fiscal"
	"besedka/storage"
)

// Returned is a line of the contents that came back: so much of it, or so much money for
// it; by neither all that is left of it. As it is kept, it has both.
type Returned struct {
	Line     int             `json:"line"` // its place in the contents, from 0
	Quantity fiscal.Quantity `json:"quantity,omitempty"`
	Sum      int64           `json:"sum,omitempty"` // kopecks
}

// LineError refuses to take more of a line than is left of it.
type LineError struct {
	Returned          // as it was asked for
	Left     Returned // zero when there is no such line, or nothing of it
}

func (e *LineError) Error() string {
	if e.Left.nothing() {
		return fmt.Sprintf("line %d: there is no such line, or nothing of it is left", e.Line)
	}
	return fmt.Sprintf("line %d: more came back than is left of it: quantity %s, %d kopecks", e.Line, e.Left.Quantity, e.Left.Sum)
}

func (r Returned) nothing() bool { return r.Quantity == 0 && r.Sum == 0 }

// rest is what is left of a receipt; its lines are nil when nobody knows them.
type rest struct {
	total int64
	lines []Returned
}

// restOf is what refunds have left of a receipt, which the caller holds.
func restOf(ctx context.Context, q storage.Querier, of subject, before []Refunded) (left rest, err error) {
	text, err := storage.Value[[]byte](ctx, q, qContents, of.ID)
	if err != nil {
		return left, err
	}
	var contents fiscal.Receipt
	if text != nil {
		if err := json.Unmarshal(text, &contents); err != nil {
			return left, fmt.Errorf("contents: %w", err)
		}
	}
	left.total = of.Sum
	for i, l := range contents.Lines {
		left.lines = append(left.lines, Returned{i, l.Quantity, l.Sum})
	}
	for _, b := range before {
		left.total -= b.Sum
		for _, r := range b.Lines {
			left.lines[r.Line].less(r)
		}
	}
	return left, nil
}

func (r *Returned) less(o Returned) { r.Quantity, r.Sum = r.Quantity-o.Quantity, r.Sum-o.Sum }

// nothing says whether all of the receipt, or all that was paid for it, came back.
func (left rest) nothing() bool {
	if left.total == 0 {
		return true
	}
	for _, l := range left.lines {
		if !l.nothing() {
			return false
		}
	}
	return len(left.lines) > 0
}

// take takes what came back and returns it, with all its figures. Tills round, so that
// the lines of a receipt may be a ruble more or less than its sum: whoever gives all of
// them back gives all of it.
func (left *rest) take(r Refunding) (taken []Returned, sum int64, err error) {
	before := left.total
	switch {
	case r.Whole:
		for i := range left.lines {
			taken = append(taken, left.lines[i])
			left.lines[i].less(left.lines[i])
		}
		left.total = 0
		return lines(taken), before, nil
	case len(left.lines) == 0:
		return nil, 0, ErrOnlyWhole
	}
	for _, asked := range r.Lines {
		got, err := left.takeLine(asked)
		if err != nil {
			return nil, 0, err
		}
		taken = append(taken, got)
		left.total = max(left.total-got.Sum, 0)
	}
	if left.nothing() {
		left.total = 0
	}
	return lines(taken), before - left.total, nil
}

// lines are those of which anything came back.
func lines(taken []Returned) []Returned {
	all := []Returned{}
	for _, t := range taken {
		if !t.nothing() {
			all = append(all, t)
		}
	}
	return all
}

// takeLine prices a quantity by what is left of the line, in whole kopecks down, so that
// the last part of it has the rest.
func (left *rest) takeLine(asked Returned) (Returned, error) {
	if asked.Line < 0 || asked.Line >= len(left.lines) || left.lines[asked.Line].nothing() {
		return asked, &LineError{Returned: asked}
	}
	l := &left.lines[asked.Line]
	got := asked
	switch {
	case asked.nothing(), asked.Quantity == l.Quantity && asked.Sum == 0, asked.Sum == l.Sum && asked.Quantity == 0:
		got = *l
	case asked.Quantity < 0 || asked.Sum < 0 || asked.Quantity > l.Quantity || asked.Sum > l.Sum:
		return asked, &LineError{asked, *l}
	case asked.Sum == 0:
		part := new(big.Int).Mul(big.NewInt(l.Sum), big.NewInt(int64(asked.Quantity)))
		got.Sum = part.Quo(part, big.NewInt(int64(l.Quantity))).Int64()
	}
	l.less(got)
	return got, nil
}

// known is what is left, as campaigns decide on it; nil for nothing.
func (left rest) known() *campaign.Rest {
	if left.nothing() {
		return nil
	}
	out := &campaign.Rest{Total: left.total, Lines: map[int]campaign.RestLine{}}
	for _, l := range left.lines {
		if l.Sum > 0 {
			out.Lines[l.Line] = campaign.RestLine{Quantity: l.Quantity, Sum: l.Sum}
		}
	}
	return out
}
