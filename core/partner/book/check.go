package book

import (
	"slices"

	"besedka/core/source"
)

// checkTills refuses a till in two stores at one time.
func (r *reader) checkTills() {
	r.everyStore(func(s *Store) {
		for _, till := range s.Tills {
			i := slices.IndexFunc(r.b.byTill[till], func(other *Store) bool { return r.before(other, s) && other.span().meets(s.span()) })
			if i < 0 {
				continue
			}
			other := r.b.byTill[till][i]
			r.report(r.where[s], "L642", source.Sentence("касса %s есть и у магазина «%s»", "the till %s is also that of the store %q", till, other.ID),
				source.Sentence("оставьте её у одного; если она переехала, впишите дни: until и since", "leave it to one; if it has moved, write the days: until and since"))
		}
	})
}

// checkAddresses refuses two stores of a taxpayer whose receipts fit both at one
// time, unless other things tell them apart.
func (r *reader) checkAddresses() {
	r.everyStore(func(s *Store) {
		for _, own := range s.signs {
			other := r.same(own)
			if own.named || other == nil {
				continue
			}
			r.report(r.where[s], "L643", source.Sentence("адрес «%s» подходит и магазину «%s»", "the address %q is also that of the store %q", own.text, other.ID),
				source.Sentence("допишите, чем они отличаются: дом, корпус, павильон, - или впишите обоим кассы", "write what tells them apart: house, block, stall - or write the tills of both"))
			return
		}
	})
}

// same is another store with an address that is, or is a part of, this one.
func (r *reader) same(own *sign) *Store {
	s := own.store
	for _, inn := range s.Partner.INN {
		for _, like := range r.b.fits(inn, own.marks, false) {
			other := like.store
			twins := len(like.marks) == len(own.marks)
			if other == s || twins && !r.before(other, s) || !other.span().meets(s.span()) || apart(s, other) {
				continue
			}
			return other
		}
	}
	return nil
}

// apart says whether tills or names tell two stores of one address.
func apart(s, other *Store) bool {
	return len(s.Tills) > 0 && len(other.Tills) > 0 || s.Name != "" && other.Name != "" && s.Name != other.Name
}

// checkTold refuses a store that no receipt can be of.
func (r *reader) checkTold() {
	for _, p := range r.b.Partners {
		for _, s := range p.Stores {
			switch {
			case len(s.Tills) > 0 || len(p.INN) > 0 && (len(s.Address) > 0 || len(marks(s.Name)) > 0):
			case len(p.INN) == 0:
				r.report(r.where[s], "L646", source.Sentence("магазин «%s» не по чему узнать: у партнёра нет ИНН, у магазина нет касс", "there is nothing to know the store %q by: its partner has no INN and it has no tills", s.ID),
					source.Sentence("впишите inn партнёру или tills магазину", "write inn for the partner, or tills for the store"))
			case len(p.Stores) > 1:
				r.report(r.where[s], "L646", source.Sentence("магазин «%s» не отличить от других магазинов партнёра", "the store %q cannot be told from its partner's others", s.ID),
					source.Sentence("впишите ему address, tills или name", "write its address, tills or name"))
			}
		}
	}
}

func (r *reader) everyStore(look func(s *Store)) {
	for _, p := range r.b.Partners {
		for _, s := range p.Stores {
			look(s)
		}
	}
}

// before says which of two stores stands first in the file.
func (r *reader) before(x, y *Store) bool {
	a, b := r.where[x], r.where[y]
	return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
}
