package contract

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"strings"

	"besedka/core/expr"
)

// Request is what goes over the wire.
type Request struct {
	URL  string
	Body []byte // JSON, of a POST
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// Placeholders are the arguments that the address of s holds.
func (s Service) Placeholders() []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(s.URL, -1) {
		names = append(names, m[1])
	}
	return names
}

// Request puts arguments into the address and the rest of them into the body of
// a POST or behind the address of a GET. What is not known is left out, but an
// address needs all of its own.
func (s Service) Request(args map[string]expr.Value) (Request, error) {
	left := map[string]expr.Value{}
	for name, v := range args {
		if v.Known() {
			left[name] = v
		}
	}
	at, err := s.address(left)
	if err != nil {
		return Request{}, err
	}
	if s.Method == "GET" {
		query := url.Values{}
		for name, v := range left {
			query.Set(name, plain(v))
		}
		if len(query) > 0 {
			at += "?" + query.Encode()
		}
		return Request{URL: at}, nil
	}
	fields := map[string]json.RawMessage{}
	for name, v := range left {
		fields[name] = written(v)
	}
	body, err := json.Marshal(fields)
	return Request{URL: at, Body: body}, err
}

// address takes the arguments of the path out of args.
func (s Service) address(args map[string]expr.Value) (at string, err error) {
	taken := []string{}
	at = placeholder.ReplaceAllStringFunc(s.URL, func(hole string) string {
		name := strings.Trim(hole, "{}")
		text := plain(args[name])
		if text == "" || text == "." || text == ".." { // it would lead to another place
			err = fmt.Errorf("argument %s does not do in an address", name)
		}
		taken = append(taken, name)
		return url.PathEscape(text)
	})
	for _, name := range taken {
		delete(args, name)
	}
	return at, err
}

// plain is a value as addresses have it: money in rubles, points whole.
func plain(v expr.Value) string {
	if v.Kind() == expr.Money || v.Kind() == expr.Points {
		return decimal(v.Rat())
	}
	return v.String()
}

// written is a value as JSON has it.
func written(v expr.Value) json.RawMessage {
	switch v.Kind() {
	case expr.Bool, expr.Count, expr.Money, expr.Points:
		return json.RawMessage(plain(v))
	}
	text, _ := json.Marshal(v.String()) // strings always encode
	return text
}

func decimal(minor *big.Rat) string {
	return new(big.Rat).Quo(minor, hundred).FloatString(2)
}

var hundred = big.NewRat(100, 1)
