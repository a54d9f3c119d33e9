package expr

import (
	"math/big"
	"slices"
	"time"
)

// Kind is the type of a value.
type Kind uint8

// The kinds. The zero Kind belongs to the unknown Value.
const (
	_      Kind = iota
	Bool        // true or false
	Text        // text, compared as it is
	Count       // a whole number
	Ratio       // an exact rational
	Money       // rubles, held in kopecks
	Points      // bonuses, held in minor units of scale 2
	Date        // a day of the calendar
	Texts       // a list of texts
	Branch      // a branch of the catalogue's tree: dairy.yogurt
)

// A Value is one fact or result. The zero Value is unknown.
type Value struct {
	kind  Kind
	n     int64    // Bool 0 or 1; numbers; Date as days since 1970-01-01
	rat   *big.Rat // a number that no int64 is; nil otherwise
	text  string
	texts []string
}

// BoolOf returns a Bool.
func BoolOf(b bool) Value {
	if b {
		return Value{kind: Bool, n: 1}
	}
	return Value{kind: Bool}
}

// TextOf returns a Text.
func TextOf(s string) Value { return Value{kind: Text, text: s} }

// CountOf returns a Count.
func CountOf(n int64) Value { return Value{kind: Count, n: n} }

// RatioOf returns a Ratio; it keeps no hold on r.
func RatioOf(r *big.Rat) Value { return number(Ratio, new(big.Rat).Set(r)) }

// MoneyOf returns Money of so many kopecks.
func MoneyOf(kopecks int64) Value { return Value{kind: Money, n: kopecks} }

// PointsOf returns Points of so many minor units.
func PointsOf(minor int64) Value { return Value{kind: Points, n: minor} }

// DateOf returns the day that t's own clock shows.
func DateOf(t time.Time) Value {
	year, month, day := t.Date()
	return Value{kind: Date, n: time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds}
}

// BranchOf returns a Branch.
func BranchOf(path string) Value { return Value{kind: Branch, text: path} }

// TextsOf returns Texts; the caller leaves the slice alone.
func TextsOf(texts []string) Value { return Value{kind: Texts, texts: texts} }

const daySeconds = 24 * 60 * 60

// number wraps an exact number, as an int64 whenever it is one.
func number(kind Kind, r *big.Rat) Value {
	if r.IsInt() && r.Num().IsInt64() {
		return Value{kind: kind, n: r.Num().Int64()}
	}
	return Value{kind: kind, rat: r}
}

// Kind returns the value's kind, zero when it is unknown.
func (v Value) Kind() Kind { return v.kind }

// Known says whether there is a value at all.
func (v Value) Known() bool { return v.kind != 0 }

// Bool returns a Bool's value; false when it is unknown.
func (v Value) Bool() bool { return v.kind == Bool && v.n == 1 }

// Text returns the value of a Text or a Branch; "" when it is unknown.
func (v Value) Text() string { return v.text }

// Texts returns the list of Texts.
func (v Value) Texts() []string { return v.texts }

// Int returns a number in its units (kopecks, minor units), and whether it is
// one that an int64 holds.
func (v Value) Int() (int64, bool) { return v.n, v.kind.numeric() && v.rat == nil }

// Rat returns a number in its units (kopecks, minor units) exactly. The
// caller leaves the result alone.
func (v Value) Rat() *big.Rat {
	if v.rat != nil {
		return v.rat
	}
	return new(big.Rat).SetInt64(v.n)
}

// Day returns midnight UTC of a Date.
func (v Value) Day() time.Time { return time.Unix(v.n*daySeconds, 0).UTC() }

// Equal says whether both are the same value of the same kind, or both
// unknown.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind || v.text != w.text || !slices.Equal(v.texts, w.texts) {
		return false
	}
	if v.rat == nil || w.rat == nil {
		return v.rat == w.rat && v.n == w.n
	}
	return v.rat.Cmp(w.rat) == 0
}

// compare orders two numbers of fitting kinds, or two dates.
func (v Value) compare(w Value) int {
	if v.rat == nil && w.rat == nil {
		switch {
		case v.n < w.n:
			return -1
		case v.n > w.n:
			return 1
		}
		return 0
	}
	return v.Rat().Cmp(w.Rat())
}
