package book

import (
	"fmt"
	"slices"
	"strings"

	"besedka/core/source"
)

func (g *gatherer) changed(c Change) { g.changes = append(g.changes, c) }

// merge writes what a table tells of a partner.
func (g *gatherer) merge(e *editor, p *wantedPartner) {
	if p.known == nil {
		g.addPartner(e, p)
		return
	}
	m := e.byID[p.ID]
	if p.Name != "" && p.Name != p.known.Name {
		g.changed(Change{p.ID, "", "name", p.known.Name, p.Name})
		e.set(m, "name", p.Name)
	}
	e.extend(m, "inn", g.more(Change{Partner: p.ID, Field: "inn"}, p.known.INN, p.INN))
	for _, s := range p.stores {
		if s.known == nil {
			g.changed(Change{Partner: p.ID, Store: s.ID})
			e.addStore(m.Get("stores"), s)
			continue
		}
		g.mergeStore(e, s)
	}
}

// mergeStore adds to lists first: they may end where a new field begins.
func (g *gatherer) mergeStore(e *editor, s *wanted) {
	m := e.stores[s.ID]
	was := s.known.texts()
	if m.Get("category") == nil {
		was["category"] = "" // it is its partner's
	}
	e.extend(m, "address", g.more(Change{Partner: s.partner.ID, Store: s.ID, Field: "address"}, s.known.Address, s.address))
	e.extend(m, "tills", g.more(Change{Partner: s.partner.ID, Store: s.ID, Field: "tills"}, s.known.Tills, s.tills))
	for _, field := range storeTexts {
		if now := s.texts[field]; now != "" && now != was[field] {
			g.changed(Change{s.partner.ID, s.ID, field, was[field], now})
			e.set(m, field, now)
		}
	}
}

// more are the texts that a list has not yet, each told as a change.
func (g *gatherer) more(c Change, have, want []string) (missing []string) {
	for _, text := range want {
		if !slices.Contains(have, text) {
			missing = append(missing, text)
			c.Now = text
			g.changed(c)
		}
	}
	return missing
}

func (s *Store) texts() map[string]string {
	return map[string]string{"name": s.Name, "format": s.Format, "category": s.Category, "zone": s.Zone, "since": s.Since, "until": s.Until}
}

func (g *gatherer) addPartner(e *editor, p *wantedPartner) {
	g.changed(Change{Partner: p.ID})
	for _, s := range p.stores {
		g.changed(Change{Partner: p.ID, Store: s.ID})
	}
	e.addPartner(p)
}

func (e *editor) addPartner(p *wantedPartner) {
	switch {
	case e.partners == nil:
		e.after[1] = append(e.after[1], group{3, p.block()})
	case e.flows(e.partners):
		e.grow(e.partners, p.flow())
	default:
		e.insert(e.partners, e.partners.Entries[0].Key.Col, p.block()...)
	}
}

func (e *editor) addStore(stores *source.Node, s *wanted) {
	if e.flows(stores) {
		e.grow(stores, s.ID+": {"+strings.Join(s.fields(), ", ")+"}")
		return
	}
	e.insert(stores, stores.Entries[0].Key.Col, s.block()...)
}

// fields are the lines of a store, as they stand in a file of ours.
func (s *wanted) fields() (lines []string) {
	text := func(field string) {
		if s.texts[field] != "" {
			lines = append(lines, field+": "+quoted(s.texts[field]))
		}
	}
	text("name")
	if len(s.address) > 0 {
		lines = append(lines, "address: "+quotedList(s.address))
	}
	if len(s.tills) > 0 {
		lines = append(lines, "tills: "+quotedList(s.tills))
	}
	for _, field := range storeTexts[1:] {
		text(field)
	}
	return lines
}

func (s *wanted) block() []string {
	lines := s.fields()
	if len(lines) == 0 {
		return []string{s.ID + ": {}"}
	}
	return append([]string{s.ID + ":"}, indented(2, lines)...)
}

func (p *wantedPartner) head() []string {
	name := p.Name
	if name == "" {
		name = p.ID
	}
	lines := []string{"name: " + quoted(name)}
	if len(p.INN) > 0 {
		lines = append(lines, "inn: "+quotedList(p.INN))
	}
	return lines
}

func (p *wantedPartner) block() []string {
	lines := append([]string{p.ID + ":"}, indented(2, p.head())...)
	lines = append(lines, "  stores:")
	for _, s := range p.stores {
		lines = append(lines, indented(4, s.block())...)
	}
	return lines
}

func (p *wantedPartner) flow() string {
	var stores []string
	for _, s := range p.stores {
		stores = append(stores, s.ID+": {"+strings.Join(s.fields(), ", ")+"}")
	}
	return p.ID + ": {" + strings.Join(append(p.head(), "stores: {"+strings.Join(stores, ", ")+"}"), ", ") + "}"
}

func indented(by int, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.Repeat(" ", by) + line
	}
	return out
}

// prove reads the merged text: it must be a book, the one that the table and the book
// before it make. Mistakes of stores that the table tells of are told at their rows.
func (g *gatherer) prove(file string, merged []byte) []*source.Problem {
	b, problems := Parse(file, merged)
	if b == nil {
		return g.atRows(file, merged, problems)
	}
	for id, want := range g.expected() {
		s := b.stores[id]
		if s != nil && s.told() == want {
			continue
		}
		at := source.Pos{File: file, Line: 1, Col: 1}
		if w := g.stores[id]; w != nil {
			at = w.at
		}
		problems = append(problems, &source.Problem{
			Pos: at, Code: "L104", What: source.Sentence("импорт не умеет дописать магазин «%s»: в файле он записан необычно", "the import cannot add to the store %q: the file has it in an unusual form", id),
			Cure: source.Sentence("допишите сами", "add to it yourself"),
		})
	}
	source.Sort(problems)
	return problems
}

// expected is every store as it has to be, in words.
func (g *gatherer) expected() map[string]string {
	all := map[string]string{}
	for id, s := range g.old.stores {
		all[id] = s.told()
	}
	for id, w := range g.stores {
		s := &Store{Partner: &Partner{ID: w.partner.ID}}
		if p := w.partner.known; p != nil {
			s.Category = p.Category
		}
		if w.known != nil {
			*s = *w.known
		}
		s.ID = id
		for field, target := range map[string]*string{"name": &s.Name, "format": &s.Format, "category": &s.Category, "zone": &s.Zone, "since": &s.Since, "until": &s.Until} {
			if w.texts[field] != "" {
				*target = w.texts[field]
			}
		}
		s.Address, s.Tills = union(slices.Clone(s.Address), w.address), union(slices.Clone(s.Tills), w.tills)
		all[id] = s.told()
	}
	return all
}

func (s *Store) told() string {
	return fmt.Sprintf("%s %q %q %q %q", s.Partner.ID, s.ID, s.texts(), s.Address, s.Tills)
}

// atRows moves problems of the merged text to the rows of their stores.
func (g *gatherer) atRows(file string, merged []byte, problems []*source.Problem) []*source.Problem {
	root, _ := source.ParseUpTo(file, merged, source.Limits{Bytes: MaxBytes, Nodes: MaxNodes})
	type begin struct {
		line int
		at   *source.Pos // nil for what the table does not tell of
	}
	var begins []begin
	for _, p := range entries(root.Get("partners")) {
		begins = append(begins, begin{p.Key.Line, nil})
		if w := g.partners[p.Key.Text]; w != nil {
			begins[len(begins)-1].at = &w.at
		}
		for _, s := range entries(p.Value.Get("stores")) {
			begins = append(begins, begin{s.Key.Line, nil})
			if w := g.stores[s.Key.Text]; w != nil {
				begins[len(begins)-1].at = &w.at
			}
		}
	}
	for _, p := range problems {
		i, found := slices.BinarySearchFunc(begins, p.Line, func(b begin, line int) int { return b.line - line })
		if !found {
			i--
		}
		if i >= 0 && begins[i].at != nil {
			p.Pos = *begins[i].at
		}
	}
	source.Sort(problems)
	return problems
}

// entries are those of a map, none of what is no map.
func entries(n *source.Node) []source.Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}
