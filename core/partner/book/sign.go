package book

import (
	"cmp"
	"slices"
	"strings"
)

// A sign is an address or a name by which a store is known.
type sign struct {
	store  *Store
	text   string // as written
	named  bool   // a name, that stands over the counter
	marks  []string
	anchor string // the rarest of the marks: it is looked up, the rest is compared
}

// anchor is under which key a sign is found: signs are compared only with receipts of
// a taxpayer of theirs.
type anchor struct {
	inn, mark string
	named     bool
}

// index makes what Match looks things up in. The order of the file is no part of it.
func (b *Book) index() {
	b.byINN, b.byTill, b.byAnchor = map[string][]*Store{}, map[string][]*Store{}, map[anchor][]*sign{}
	b.byMark, b.markCount = map[string][]*sign{}, map[string]int{}
	var signs []*sign
	for _, s := range b.sorted() {
		for _, inn := range s.Partner.INN {
			b.byINN[inn] = append(b.byINN[inn], s)
		}
		for _, till := range s.Tills {
			b.byTill[till] = append(b.byTill[till], s)
		}
		signs = append(signs, s.signs...)
	}
	for _, s := range signs {
		for _, mark := range s.marks {
			b.markCount[mark]++
		}
	}
	for _, s := range signs {
		b.place(s)
	}
}

func (b *Book) sorted() []*Store {
	var all []*Store
	for _, p := range b.Partners {
		all = append(all, p.Stores...)
	}
	slices.SortFunc(all, func(x, y *Store) int { return strings.Compare(x.ID, y.ID) })
	return all
}

// addSigns makes signs of the addresses, of which the marks are known, and of the name.
func (s *Store) addSigns(known map[string][]string) {
	for _, text := range slices.Sorted(slices.Values(s.Address)) {
		s.signs = append(s.signs, &sign{store: s, text: text, marks: known[text]})
	}
	if s.Name != "" {
		s.signs = append(s.signs, &sign{store: s, text: s.Name, named: true, marks: marks(s.Name)})
	}
}

// place puts a sign where it is found.
func (b *Book) place(s *sign) {
	if len(s.marks) == 0 {
		return
	}
	s.anchor = slices.MinFunc(s.marks, func(x, y string) int { return cmp.Compare(b.markCount[x], b.markCount[y]) })
	for _, inn := range s.store.Partner.INN {
		key := anchor{inn, s.anchor, s.named}
		b.byAnchor[key] = append(b.byAnchor[key], s)
	}
	if s.named {
		return
	}
	for _, mark := range s.marks {
		b.byMark[mark] = append(b.byMark[mark], s)
	}
}

// fits are the signs of a taxpayer's stores all of whose marks are among those of a
// receipt, which are sorted.
func (b *Book) fits(inn string, printed []string, named bool) (found []*sign) {
	for _, mark := range printed {
		for _, s := range b.byAnchor[anchor{inn, mark, named}] {
			if s.within(printed) {
				found = append(found, s)
			}
		}
	}
	return found
}

func (s *sign) within(printed []string) bool {
	for _, mark := range s.marks {
		if _, there := slices.BinarySearch(printed, mark); !there {
			return false
		}
	}
	return true
}

// shared is how many marks of the sign are among those of a receipt.
func (s *sign) shared(printed []string) (n int) {
	for _, mark := range s.marks {
		if _, there := slices.BinarySearch(printed, mark); there {
			n++
		}
	}
	return n
}
