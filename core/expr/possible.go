package expr

import (
	"maps"
	"math/big"
	"slices"
)

// maxTried bounds how many combinations of values Possible tries.
const maxTried = 1000

// Possible says whether some values of the facts make p hold and none of
// before. Every fact is tried at, below, above and apart from the literals that
// it is compared with; one that choices names takes those values alone. What
// cannot be told by trying is possible.
func Possible(p *Program, before []*Program, choices map[string][]Value) bool {
	if p == nil || p.probes == nil {
		return true
	}
	before = slices.DeleteFunc(slices.Clone(before), func(b *Program) bool { return b == nil || b.probes == nil })
	tried, combinations := map[string][]Value{}, 1
	for _, program := range append(before, p) {
		for name, literals := range program.probes {
			tried[name] = append(tried[name], literals...)
		}
	}
	kinds := p.kinds(before)
	for name, literals := range tried {
		if tried[name] = around(kinds[name], literals); choices[name] != nil {
			tried[name] = append(slices.Clone(choices[name]), Value{})
		}
		if combinations *= len(tried[name]); combinations > maxTried {
			return true
		}
	}
	return anyHolds(p, before, tried, combinations)
}

// kinds is of which kind each fact of the programs is.
func (p *Program) kinds(others []*Program) map[string]Kind {
	kinds := maps.Clone(p.probed)
	for _, other := range others {
		maps.Copy(kinds, other.probed)
	}
	return kinds
}

// anyHolds goes over every combination of values, counting as a clock does.
func anyHolds(p *Program, before []*Program, tried map[string][]Value, combinations int) bool {
	names := slices.Sorted(maps.Keys(tried))
	facts := make([]Value, len(names))
	look := func(name string) (Value, bool) {
		if i, ok := slices.BinarySearch(names, name); ok {
			return facts[i], true
		}
		return Value{}, false
	}
	holds := func(p *Program) bool { yes, err := p.Holds(look); return yes || err != nil }
	for rest := range combinations {
		for i, name := range names {
			values := tried[name]
			facts[i] = values[rest%len(values)]
			rest /= len(values)
		}
		if holds(p) && !slices.ContainsFunc(before, holds) {
			return true
		}
	}
	return false
}

// around is the values by which a fact can differ from the literals beside it.
func around(kind Kind, literals []Value) []Value {
	values := make([]Value, 1, 2+3*len(literals)) // the first is unknown
	switch kind {
	case Bool:
		return append(values, BoolOf(true), BoolOf(false))
	case Text, Branch:
		return append(append(values, literals...), Value{kind: kind, text: "\x00"})
	}
	for _, l := range literals {
		floor := l.n // of a number past every fact, any other will do
		if l.rat != nil {
			floor = new(big.Int).Div(l.rat.Num(), l.rat.Denom()).Int64()
		}
		for step := range int64(3) {
			values = append(values, Value{kind: kind, n: floor + step - 1})
		}
	}
	return append(values, Value{kind: kind})
}
