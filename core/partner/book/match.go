package book

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"besedka/core/fiscal"
)

// Taught is what a person has decided of an address of a taxpayer.
type Taught struct {
	Decision int64
	Store    string // "" for none of the book
}

// Verdict is what becomes of the place of a receipt.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted" // surely the store
	Unsure   Verdict = "unsure"   // a person decides
	Other    Verdict = "other"    // a shop of nobody in the book
)

// Match is the answer to a receipt.
type Match struct {
	Place   // empty unless accepted
	Verdict Verdict
	Taught  int64  // the person's decision that decided; 0 for none
	Trace   []byte // why: JSON, the same bytes for the same book, receipt and teaching
}

// A Key is what a person's decision is remembered under.
type Key struct {
	INN     string // "" when the receipt does not tell
	Address string // in one spelling; what stands over the counter when there is no address
}

// KeyOf is the Key of a receipt. An empty one cannot be remembered: all such
// receipts would be the same.
func KeyOf(r fiscal.Receipt) Key { return lookAt(r).key() }

// Empty says whether the key names nothing.
func (k Key) Empty() bool { return k.INN == "" && k.Address == "" }

// look is what a receipt says of its place.
type look struct {
	INN     string `json:"inn,omitempty"`
	Till    string `json:"till,omitempty"`
	FN      string `json:"fn,omitempty"`
	Address string `json:"address,omitempty"`
	Counter string `json:"counter,omitempty"` // what stands over it: retailPlace
	Seller  string `json:"seller,omitempty"`
	Day     string `json:"day"`
}

func lookAt(r fiscal.Receipt) look {
	l := look{
		INN: r.INN, Till: r.Till, FN: r.FN, Address: printed(r.Address), Counter: printed(r.Place), Seller: printed(r.Seller),
		Day: r.QR().Time.In(time.UTC).Format(time.DateOnly),
	}
	if !digits(l.INN) || len(l.INN) != 10 && len(l.INN) != 12 {
		l.INN = ""
	}
	if !digits(l.Till) || len(l.Till) > 20 {
		l.Till = ""
	}
	return l
}

func printed(text string) string {
	return strings.ToValidUTF8(strings.TrimSpace(text[:min(len(text), maxPrinted)]), "")
}

func (l look) key() Key {
	return Key{INN: l.INN, Address: cmp.Or(normal(l.Address), normal(l.Counter))}
}

// Match decides in which store the receipt was made. Taught is the decision for its
// Key; nil for none.
func (b *Book) Match(r fiscal.Receipt, taught *Taught) Match { return b.match(lookAt(r), taught) }

func (b *Book) match(l look, taught *Taught) Match {
	t := trace{Version: traceVersion, Saw: l, By: byNothing, Verdict: Unsure}
	m := matcher{book: b, look: l, trace: &t}
	if !m.byTill() && !m.byPerson(taught) && !m.byAddress() && !m.bySole() {
		m.unknown()
	}
	return t.match(b)
}

// matcher tries one way after another. Each says whether it has decided.
type matcher struct {
	book  *Book
	look  look
	trace *trace
}

func (m *matcher) byTill() bool {
	var found []*Store
	for _, till := range []string{m.look.Till, m.look.FN} {
		for _, s := range m.book.byTill[till] {
			switch {
			case !s.span().covers(m.look.Day):
				m.near(s, till, whyDay)
			case !s.of(m.look.INN):
				m.near(s, till, whyINN)
			case !slices.Contains(found, s):
				found = append(found, s)
				m.trace.Fit = till
			}
		}
	}
	return m.only(byTill, found)
}

// of says whether the taxpayer may be the store's: a receipt may not tell, and a
// partner may not.
func (s *Store) of(inn string) bool {
	return inn == "" || len(s.Partner.INN) == 0 || slices.Contains(s.Partner.INN, inn)
}

// only accepts the one store that was found; several are told as near.
func (m *matcher) only(by decider, found []*Store) bool {
	if len(found) == 1 {
		m.trace.By, m.trace.Verdict, m.trace.Store = by, Accepted, found[0].ID
		return true
	}
	for _, s := range found {
		m.near(s, m.trace.Fit, whySeveral)
	}
	m.trace.Fit = ""
	return false
}

// byPerson holds while the store of the decision takes part.
func (m *matcher) byPerson(taught *Taught) bool {
	if taught == nil {
		return false
	}
	if taught.Store == "" {
		m.trace.By, m.trace.Verdict, m.trace.Decision = byPerson, Other, taught.Decision
		return true
	}
	s := m.book.stores[taught.Store]
	if s == nil {
		return false
	}
	if !s.span().covers(m.look.Day) {
		m.near(s, "", whyDay)
		return false
	}
	m.trace.By, m.trace.Verdict, m.trace.Decision, m.trace.Store = byPerson, Accepted, taught.Decision, s.ID
	return true
}

// byAddress takes the longest address that fits; of several stores at one address
// the one whose name stands over the counter. A name alone tells a store that no
// address speaks against.
func (m *matcher) byAddress() bool {
	at := m.alive(m.book.fits(m.look.INN, seen(m.look.Address+", "+m.look.Counter), false))
	named := m.alive(m.book.fits(m.look.INN, seen(m.look.Counter), true))
	if best := longest(at); len(best) > 0 {
		m.trace.Fit = best[0].text
		if both := among(stores(best), stores(named)); len(both) > 0 {
			return m.only(byAddress, both)
		}
		return m.only(byAddress, stores(best))
	}
	var silent []*Store
	for _, s := range stores(longest(named)) {
		if m.against(s) {
			m.near(s, s.Name, whyAddress)
			continue
		}
		silent = append(silent, s)
		m.trace.Fit = s.Name
	}
	return m.only(byName, silent)
}

// alive leaves out those whose time is another.
func (m *matcher) alive(signs []*sign) []*sign {
	return slices.DeleteFunc(signs, func(s *sign) bool {
		over := !s.store.span().covers(m.look.Day)
		if over {
			m.near(s.store, s.text, whyDay)
		}
		return over
	})
}

// against says whether the receipt has an address and the store has others.
func (m *matcher) against(s *Store) bool { return m.look.Address != "" && len(s.Address) > 0 }

// bySole takes the only store of the taxpayer on that day, unless the receipt has an
// address that is not the store's: a chain has others, that are not in the book.
func (m *matcher) bySole() bool {
	var found []*Store
	for _, s := range m.book.byINN[m.look.INN] {
		if s.span().covers(m.look.Day) {
			if found = append(found, s); len(found) > 1 {
				return false
			}
		}
	}
	if len(found) == 1 && m.against(found[0]) {
		m.near(found[0], m.look.INN, whyAddress)
		return false
	}
	return m.only(bySole, found)
}

// unknown leaves the place to a person, unless there is nothing to remember it by or
// the programme welcomes all shops and this one is like none of the book.
func (m *matcher) unknown() {
	m.resembling()
	of := len(m.book.byINN[m.look.INN]) > 0
	if m.look.key().Empty() || m.book.pass && !of && len(m.trace.Near) == 0 {
		m.trace.Verdict = Other
	}
}

// tooCommon is how many signs may have a mark that makes them alike, and resembling
// how many marks of an address are alike enough when its taxpayer is another.
const tooCommon = 64

// resembling looks for stores with a like address, those of the taxpayer first.
func (m *matcher) resembling() {
	printed := seen(m.look.Address + ", " + m.look.Counter)
	like := map[*sign]bool{}
	for _, mark := range printed {
		if signs := m.book.byMark[mark]; len(signs) <= tooCommon {
			for _, s := range signs {
				like[s] = like[s] || s.store.of(m.look.INN) || s.within(printed)
			}
		}
	}
	var signs []*sign
	for s, alike := range like {
		if alike {
			signs = append(signs, s)
		}
	}
	slices.SortFunc(signs, func(x, y *sign) int {
		return cmp.Or(-cmp.Compare(x.shared(printed), y.shared(printed)), cmp.Compare(x.store.ID, y.store.ID), cmp.Compare(x.text, y.text))
	})
	for _, s := range signs {
		why := whyPart
		if !s.store.of(m.look.INN) {
			why = whyINN
		}
		m.near(s.store, s.text, why)
	}
}

// longest are the signs with the most marks: the most telling.
func longest(signs []*sign) (best []*sign) {
	for _, s := range signs {
		switch {
		case len(best) == 0 || len(s.marks) > len(best[0].marks):
			best = []*sign{s}
		case len(s.marks) == len(best[0].marks):
			best = append(best, s)
		}
	}
	return best
}

// stores are those of signs, each once, by id.
func stores(signs []*sign) (all []*Store) {
	for _, s := range signs {
		all = append(all, s.store)
	}
	slices.SortFunc(all, func(x, y *Store) int { return strings.Compare(x.ID, y.ID) })
	return slices.Compact(all)
}

func among(some, others []*Store) (both []*Store) {
	for _, s := range some {
		if slices.Contains(others, s) {
			both = append(both, s)
		}
	}
	return both
}
