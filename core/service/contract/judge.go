package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/expr"
)

// Answer is an outcome and the values that go with it.
type Answer struct {
	Outcome string
	Values  map[string]expr.Value
}

// ErrForeign is why an answer is not one of the contract.
var ErrForeign = errors.New("not an answer of the contract")

// Judge understands an answer: its status and its JSON, nil when there was none.
func (s Service) Judge(status int, body []byte) (Answer, error) {
	var fields any
	if len(body) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&fields); err != nil {
			return Answer{}, fmt.Errorf("%w: no JSON", ErrForeign)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return Answer{}, fmt.Errorf("%w: more than one JSON", ErrForeign)
		}
	}
	for _, o := range s.Outcomes {
		if o.Status == status && (o.Field == "" || text(at(fields, o.Field)) == o.Is) {
			values, err := s.values(fields)
			return Answer{o.Name, values}, err
		}
	}
	return Answer{}, fmt.Errorf("%w: status %d", ErrForeign, status)
}

// values takes what the answer has of the contract's fields. One of another kind
// is no answer at all: half of one might be taken for the whole.
func (s Service) values(fields any) (map[string]expr.Value, error) {
	values, size := map[string]expr.Value{}, 0
	for _, want := range s.Values {
		raw := at(fields, want.Field)
		if raw == nil {
			continue
		}
		v, ok := read(raw, want.Kind)
		if !ok {
			return nil, fmt.Errorf("%w: the field %s is not %s", ErrForeign, want.Field, want.Kind.Name().En)
		}
		if size += len(want.Name) + len(v.String()); size > MaxVars {
			return nil, fmt.Errorf("%w: more than %d bytes of values", ErrForeign, MaxVars)
		}
		values[want.Name] = v
	}
	return values, nil
}

// at finds a field by its path of keys; nil when there is none.
func at(fields any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		object, ok := fields.(map[string]any)
		if !ok {
			return nil
		}
		fields = object[key]
	}
	return fields
}

// text is a single value as it is compared.
func text(raw any) string {
	switch raw := raw.(type) {
	case string:
		return raw
	case json.Number:
		return raw.String()
	case bool:
		return fmt.Sprint(raw)
	}
	return ""
}

func read(raw any, kind expr.Kind) (expr.Value, bool) {
	s, isText := raw.(string)
	switch kind {
	case expr.Text:
		return expr.TextOf(s), isText && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
	case expr.Bool:
		b, ok := raw.(bool)
		return expr.BoolOf(b), ok
	case expr.Date:
		day, err := time.Parse(time.DateOnly, s)
		return expr.DateOf(day), err == nil
	}
	n, ok := raw.(json.Number)
	if !ok || len(n) > maxDigits || strings.ContainsAny(n.String(), "eE") {
		return expr.Value{}, false
	}
	return amount(n.String(), kind)
}

// maxDigits is more than any sum of money has.
const maxDigits = 20

// amount reads a whole number, or rubles and whole points with two decimals.
func amount(text string, kind expr.Kind) (expr.Value, bool) {
	r, ok := new(big.Rat).SetString(text)
	if ok && kind != expr.Count {
		r.Mul(r, hundred)
	}
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return expr.Value{}, false
	}
	switch n := r.Num().Int64(); kind {
	case expr.Money:
		return expr.MoneyOf(n), true
	case expr.Points:
		return expr.PointsOf(n), true
	default:
		return expr.CountOf(n), true
	}
}
