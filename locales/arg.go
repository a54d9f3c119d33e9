package locales

import (
	"math/big"
	"strconv"
	"strings"
	"time"
)

// An Arg is a value to print. The zero Arg is empty text.
type Arg struct {
	kind argKind
	n    int64
	text string
	at   time.Time
}

// Args are the values of a text by name.
type Args map[string]Arg

type argKind uint8

const (
	textArg   argKind = iota
	countArg          // n
	moneyArg          // n kopecks
	pointsArg         // n minor units
	exactArg          // text, a decimal
	dateArg
)

// Text is printed as it is. As a gender, male and female choose a form.
func Text(s string) Arg { return Arg{text: s} }

// Count is a whole number.
func Count(n int64) Arg { return Arg{kind: countArg, n: n} }

// Money is an amount in kopecks.
func Money(kopecks int64) Arg { return Arg{kind: moneyArg, n: kopecks} }

// Points is an amount of bonuses in minor units of scale 2.
func Points(minor int64) Arg { return Arg{kind: pointsArg, n: minor} }

// Date is the day that at's own clock shows.
func Date(at time.Time) Arg { return Arg{kind: dateArg, at: at} }

const exactDecimals = 8

// Exact is a rational printed with all its decimals, up to eight.
func Exact(r *big.Rat) Arg {
	text := r.FloatString(exactDecimals)
	return Arg{kind: exactArg, text: strings.TrimSuffix(strings.TrimRight(text, "0"), ".")}
}

// decimal splits a number into sign, digits before and after the point.
// Kopecks are written in full or not at all: 300, 300.50.
func (a Arg) decimal() (sign bool, whole, fraction string) {
	text := a.text
	switch a.kind {
	case countArg:
		text = strconv.FormatInt(a.n, 10)
	case moneyArg, pointsArg:
		text = strings.TrimSuffix(big.NewRat(a.n, 100).FloatString(2), ".00")
	case textArg, exactArg, dateArg:
	}
	text, sign = strings.CutPrefix(text, "-")
	whole, fraction, _ = strings.Cut(text, ".")
	return sign, whole, fraction
}

func (a Arg) numeric() bool { return a.kind != textArg && a.kind != dateArg }
