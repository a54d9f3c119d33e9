package book

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"besedka/locales"
)

// traceVersion changes when stored traces could no longer be read as today.
const traceVersion = 1

// A trace is what Match looked at, what decided, and who else was near.
type trace struct {
	Version  int        `json:"v"`
	Saw      look       `json:"saw"`
	By       decider    `json:"by"`
	Decision int64      `json:"decision,omitempty"` // of a person
	Store    string     `json:"store,omitempty"`
	Fit      string     `json:"fit,omitempty"` // the till, address or name of the store that was found
	Verdict  Verdict    `json:"verdict"`
	Near     []neighbor `json:"near,omitempty"`
}

// A neighbor is a store that was looked at and not taken.
type neighbor struct {
	Store string `json:"store"`
	Sign  string `json:"sign,omitempty"` // its till, address, name or INN that was like
	Why   why    `json:"why"`
}

// A decider is what the place was decided by.
type decider string

const (
	byTill    decider = "till"
	byPerson  decider = "person"
	byAddress decider = "address"
	byName    decider = "name"
	bySole    decider = "sole"
	byNothing decider = "nothing"
)

// why a store that is near was not taken.
type why string

const (
	whyDay     why = "day"     // it takes part on other days
	whyINN     why = "inn"     // the taxpayer is another
	whyAddress why = "address" // the receipt has another address
	whyPart    why = "part"    // only a part of the address is the same
	whySeveral why = "several" // another store fits as well
)

// nearest is how many stores a trace names that were not taken.
const nearest = 5

func (m *matcher) near(s *Store, sign string, w why) {
	n := neighbor{Store: s.ID, Sign: sign, Why: w}
	known := slices.ContainsFunc(m.trace.Near, func(x neighbor) bool { return x.Store == n.Store })
	if !known && len(m.trace.Near) < nearest {
		m.trace.Near = append(m.trace.Near, n)
	}
}

func (t *trace) match(b *Book) Match {
	m := Match{Verdict: t.Verdict, Taught: t.Decision, Trace: t.encode()}
	if t.Store != "" {
		m.Place = b.stores[t.Store].Place()
	}
	return m
}

func (t *trace) encode() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		panic(err) // texts and numbers always encode
	}
	return bytes.TrimSpace(out.Bytes())
}

func decode(stored []byte) (t trace, err error) {
	if err := json.Unmarshal(stored, &t); err != nil {
		return t, fmt.Errorf("read trace: %w", err)
	}
	if t.Version != traceVersion {
		return t, fmt.Errorf("read trace: unknown version %d", t.Version)
	}
	return t, nil
}

// Explain words a stored trace for the person who looks at the receipt: what it says
// of its place, what decided, and which stores were near and why not.
func Explain(stored []byte, p *locales.Printer) (string, error) {
	t, err := decode(stored)
	if err != nil {
		return "", err
	}
	args := locales.Args{
		"store": locales.Text(t.Store), "fit": locales.Text(t.Fit), "decision": locales.Text(fmt.Sprint(t.Decision)),
		"inn": locales.Text(cmp.Or(t.Saw.INN, "—")), "till": locales.Text(cmp.Or(t.Saw.Till, "—")), "fn": locales.Text(cmp.Or(t.Saw.FN, "—")),
		"address": locales.Text(cmp.Or(t.Saw.Address, "—")), "counter": locales.Text(cmp.Or(t.Saw.Counter, t.Saw.Seller, "—")), "day": locales.Text(t.Saw.Day),
	}
	lines := []string{p.Text("place."+string(t.By)+"."+string(t.Verdict), args), p.Text("place.saw", args)}
	for _, n := range t.Near {
		lines = append(lines, p.Text("place.near."+string(n.Why), locales.Args{"store": locales.Text(n.Store), "sign": locales.Text(cmp.Or(n.Sign, "—"))}))
	}
	return strings.Join(lines, "\n"), nil
}

// Rematch is Match for a stored trace: of the receipt that it is about.
func (b *Book) Rematch(stored []byte, taught *Taught) (Match, error) {
	t, err := decode(stored)
	if err != nil {
		return Match{}, err
	}
	return b.match(t.Saw, taught), nil
}

// Near are the stores that a stored trace names as near.
func Near(stored []byte) ([]string, error) {
	t, err := decode(stored)
	var ids []string
	for _, n := range t.Near {
		ids = append(ids, n.Store)
	}
	return ids, err
}

// ByTill says whether a stored trace was decided by the till, which no address
// changes.
func ByTill(stored []byte) (bool, error) {
	t, err := decode(stored)
	return t.By == byTill, err
}
