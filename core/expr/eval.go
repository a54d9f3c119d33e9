package expr

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// strict evaluates both operands; one unknown makes the result unknown.
func strict(left, right eval, op func(l, r Value) Value) eval {
	return func(look Lookup) (Value, error) {
		l, err := left(look)
		if err != nil || l.kind == 0 {
			return Value{}, err
		}
		r, err := right(look)
		if err != nil || r.kind == 0 {
			return Value{}, err
		}
		return op(l, r), nil
	}
}

// logic is and (decides false) and or (decides true): the deciding value on
// either side wins even over unknown.
func logic(left, right eval, decides bool) eval {
	return func(look Lookup) (Value, error) {
		l, err := left(look)
		if err != nil || l.kind != 0 && l.Bool() == decides {
			return l, err
		}
		r, err := right(look)
		if err != nil || r.kind != 0 && r.Bool() == decides || l.kind != 0 {
			return r, err
		}
		return Value{}, nil
	}
}

func negation(x eval) eval {
	return func(look Lookup) (Value, error) {
		v, err := x(look)
		if err != nil || v.kind == 0 {
			return Value{}, err
		}
		return BoolOf(!v.Bool()), nil
	}
}

func isKnown(x eval) eval {
	return func(look Lookup) (Value, error) {
		v, err := x(look)
		return BoolOf(v.Known()), err
	}
}

func calling(name string, call func([]Value) (Value, error), args []eval) eval {
	return func(look Lookup) (Value, error) {
		values := make([]Value, len(args))
		for i, arg := range args {
			v, err := arg(look)
			if err != nil || v.kind == 0 {
				return Value{}, err
			}
			values[i] = v
		}
		v, err := call(values)
		if err != nil {
			return Value{}, fmt.Errorf("function %s: %w", name, err)
		}
		return v, nil
	}
}

type test = func(l, r Value) Value

var textTests = map[string]test{
	"contains":   func(l, r Value) Value { return BoolOf(strings.Contains(l.text, r.text)) },
	"startsWith": func(l, r Value) Value { return BoolOf(strings.HasPrefix(l.text, r.text)) },
	"endsWith":   func(l, r Value) Value { return BoolOf(strings.HasSuffix(l.text, r.text)) },
}

var equalTests = map[string]test{
	"==": func(l, r Value) Value { return BoolOf(l.Equal(r)) },
	"!=": func(l, r Value) Value { return BoolOf(!l.Equal(r)) },
}

var orderTests = map[string]test{
	"==": func(l, r Value) Value { return BoolOf(l.compare(r) == 0) },
	"!=": func(l, r Value) Value { return BoolOf(l.compare(r) != 0) },
	"<":  func(l, r Value) Value { return BoolOf(l.compare(r) < 0) },
	"<=": func(l, r Value) Value { return BoolOf(l.compare(r) <= 0) },
	">":  func(l, r Value) Value { return BoolOf(l.compare(r) > 0) },
	">=": func(l, r Value) Value { return BoolOf(l.compare(r) >= 0) },
}

func inTexts(l, r Value) Value { return BoolOf(slices.Contains(r.texts, l.text)) }

var exact = map[string]func(l, r *big.Rat) *big.Rat{
	"+": func(l, r *big.Rat) *big.Rat { return new(big.Rat).Add(l, r) },
	"-": func(l, r *big.Rat) *big.Rat { return new(big.Rat).Sub(l, r) },
	"*": func(l, r *big.Rat) *big.Rat { return new(big.Rat).Mul(l, r) },
	"/": func(l, r *big.Rat) *big.Rat { return new(big.Rat).Quo(l, r) },
}

// arithmetic computes in int64 while the result is certain to be one, and in
// rationals otherwise. A division by zero is unknown.
func arithmetic(op string, kind Kind) test {
	slow := exact[op]
	return func(l, r Value) Value {
		if l.rat == nil && r.rat == nil {
			if n, ok := quick(op[0], l.n, r.n); ok {
				return Value{kind: kind, n: n}
			}
		}
		if op == "/" && r.rat == nil && r.n == 0 {
			return Value{}
		}
		return number(kind, slow(l.Rat(), r.Rat()))
	}
}

// small bounds operands whose sums and products an int64 holds.
const small = 1 << 31

func quick(op byte, a, b int64) (int64, bool) {
	if a <= -small || a >= small || b <= -small || b >= small {
		return 0, false
	}
	switch op {
	case '+':
		return a + b, true
	case '-':
		return a - b, true
	case '*':
		return a * b, true
	}
	if b == 0 || a%b != 0 {
		return 0, false
	}
	return a / b, true
}

func minus(x term) eval {
	zero := constant(Value{kind: x.kind}, x.at)
	return strict(zero.eval, x.eval, arithmetic("-", x.kind))
}
