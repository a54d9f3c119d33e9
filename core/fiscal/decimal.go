package fiscal

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Quantity is an exact amount of goods in millionths, so 3.736 kg is 3_736_000.
// Fiscal documents carry at most six decimals.
type Quantity int64

const perUnit = 1_000_000

// String is the shortest decimal: 3.736, 1.
func (q Quantity) String() string {
	s := fmt.Sprintf("%d.%06d", int64(q)/perUnit, int64(q)%perUnit)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// MarshalJSON writes a JSON number.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalJSON reads a number or a number in quotes. More than six decimals are
// the marks of somebody's floating point and are rounded away.
func (q *Quantity) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	r, err := decimal(text)
	if err != nil {
		return fmt.Errorf("quantity: %w", err)
	}
	scaled := new(big.Rat).Mul(r, big.NewRat(perUnit, 1))
	n, ok := new(big.Int).SetString(scaled.FloatString(0), 10)
	if !ok || !n.IsInt64() {
		return fmt.Errorf("quantity %s: out of range", text)
	}
	*q = Quantity(n.Int64())
	return nil
}

// whole is an integer that some sources write as 1.0 or in quotes.
type whole int64

func (w *whole) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	r, err := decimal(text)
	if err != nil {
		return err
	}
	if !r.IsInt() || !r.Num().IsInt64() {
		return fmt.Errorf("%s is not a whole number", text)
	}
	*w = whole(r.Num().Int64())
	return nil
}

// decimal reads a JSON number, bare or in quotes, that is not negative and short
// enough to be a sum, a number or a quantity.
func decimal(text []byte) (*big.Rat, error) {
	s := strings.TrimSpace(unquote(text))
	if _, exponent, found := strings.Cut(strings.ToLower(s), "e"); len(s) > 40 || found && len(exponent) > 3 {
		return nil, fmt.Errorf("%.40s is too long a number", s)
	}
	if strings.ContainsAny(s, "/_xXpPbBoO") { // big.Rat reads them, JSON does not
		return nil, fmt.Errorf("%s is not a number", s)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%s is not a number", s)
	}
	if r.Sign() < 0 {
		return nil, fmt.Errorf("%s is negative", s)
	}
	return r, nil
}

// label is a text that some sources write as a number, padded with spaces. A NUL
// in it is dropped: no database column takes one.
type label string

func (l *label) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	if text[0] != '"' {
		if _, err := strconv.ParseFloat(string(text), 64); err != nil {
			return fmt.Errorf("%.40s is neither a text nor a number", text)
		}
	}
	*l = label(strings.TrimSpace(strings.ReplaceAll(unquote(text), "\x00", "")))
	return nil
}

// unquote takes a JSON string out of its quotes and leaves anything else alone.
func unquote(text []byte) string {
	var s string
	if len(text) > 0 && text[0] == '"' && json.Unmarshal(text, &s) == nil {
		return s
	}
	return string(text)
}
