package book

import (
	"regexp"
	"slices"
	"time"

	"besedka/core/source"
)

// A Change is one thing that a table does to a book.
type Change struct {
	Partner string `json:"partner"`
	Store   string `json:"store,omitempty"` // "" for the partner itself
	Field   string `json:"field,omitempty"` // "" for one that is new
	Was     string `json:"was,omitempty"`   // "" for one more of a list, or the first
	Now     string `json:"now,omitempty"`
}

// Import merges a table of stores, CSV, into the text of a book, "" for a new one. What
// the table tells is set, and one more till or address added to those that there are;
// what it does not tell, and every comment, stays as it is and where it is. With
// problems, of the table or of the book as it would be, there is no text.
func Import(file string, text []byte, tableFile string, csvText []byte) (merged []byte, changes []Change, problems []*source.Problem) {
	old := &Book{stores: map[string]*Store{}}
	if len(text) > 0 {
		if old, problems = Parse(file, text); old == nil {
			return nil, nil, problems
		}
	}
	rows, problems := readTable(tableFile, csvText)
	g := &gatherer{old: old, stores: map[string]*wanted{}, partners: map[string]*wantedPartner{}, problems: problems}
	for _, r := range rows {
		g.take(r)
	}
	if len(g.problems) > 0 {
		source.Sort(g.problems)
		return nil, nil, g.problems[:min(len(g.problems), source.MaxProblems)]
	}
	e := newEditor(file, text)
	for _, p := range g.order {
		g.merge(e, p)
	}
	if len(e.problems) > 0 {
		return nil, nil, e.problems
	}
	merged = e.text()
	if problems := g.prove(file, merged); len(problems) > 0 {
		return nil, nil, problems
	}
	return merged, g.changes, nil
}

// gatherer joins the rows of a table by partner and store.
type gatherer struct {
	old      *Book
	order    []*wantedPartner
	partners map[string]*wantedPartner
	stores   map[string]*wanted
	changes  []Change
	problems []*source.Problem
}

// wantedPartner is what a table tells of a partner.
type wantedPartner struct {
	ID, Name string
	INN      []string
	at       source.Pos
	stores   []*wanted
	known    *Partner // nil for a new one
}

// wanted is what a table tells of a store.
type wanted struct {
	ID             string
	at             source.Pos
	texts          map[string]string // name, format, category, zone, since, until
	address, tills []string
	partner        *wantedPartner
	known          *Store // nil for a new one
}

// storeTexts are the fields of a store that have one value, in the order in which they
// are written, with the lists between them.
var storeTexts = []string{"name", "format", "category", "zone", "since", "until"}

func (g *gatherer) report(at source.Pos, code string, what, cure source.Text) {
	g.problems = append(g.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
}

func (g *gatherer) take(r row) {
	g.check(r)
	p := g.partner(r)
	s := g.stores[r.cells["store"]]
	if s == nil {
		s = &wanted{ID: r.cells["store"], at: r.at, texts: map[string]string{}, partner: p, known: g.old.stores[r.cells["store"]]}
		g.stores[s.ID], p.stores = s, append(p.stores, s)
	}
	if of := s.owner(); of != p.ID {
		g.report(r.places["partner"], "L102", source.Sentence("магазин «%s» уже есть у партнёра «%s»", "the store %q is already one of the partner %q", shorten(s.ID), of), source.Sentence("дайте ему другое имя", "give it another name"))
		return
	}
	for _, field := range storeTexts {
		g.set(s, r, field)
	}
	s.address = union(s.address, list(r.cells["address"], "|\n"))
	s.tills = union(s.tills, list(r.cells["tills"], "|\n,; "))
}

func (s *wanted) owner() string {
	if s.known != nil {
		return s.known.Partner.ID
	}
	return s.partner.ID
}

func (g *gatherer) partner(r row) *wantedPartner {
	id := r.cells["partner"]
	p := g.partners[id]
	if p == nil {
		p = &wantedPartner{ID: id, at: r.at}
		for _, known := range g.old.Partners {
			if known.ID == id {
				p.known = known
			}
		}
		g.partners[id], g.order = p, append(g.order, p)
	}
	if name := r.cells["partner_name"]; name != "" {
		if p.Name != "" && p.Name != name {
			g.differ(r, "partner_name")
		}
		p.Name = name
	}
	p.INN = union(p.INN, list(r.cells["inn"], "|\n,; "))
	return p
}

func (g *gatherer) set(s *wanted, r row, field string) {
	text := r.cells[field]
	if text == "" {
		return
	}
	if field == "since" || field == "until" {
		text = isoDay(text)
	}
	if s.texts[field] != "" && s.texts[field] != text {
		g.differ(r, field)
	}
	s.texts[field] = text
}

func (g *gatherer) differ(r row, field string) {
	g.report(r.places[field], "L102", source.Sentence("выше в таблице другое «%s»", "the table has another %q above", field), source.Sentence("оставьте одно", "keep one of them"))
}

// check refuses cells that no book would take, at their places.
func (g *gatherer) check(r row) {
	if day := isoDay(r.cells["since"]); day != "" && !isDay(day) {
		g.badDay(r, "since")
	}
	if day := isoDay(r.cells["until"]); day != "" && !isDay(day) {
		g.badDay(r, "until")
	}
	for _, field := range []string{"inn", "tills"} {
		if rounded.MatchString(r.cells[field]) {
			g.rounded(r, field)
			delete(r.cells, field)
		}
	}
	c := &reader{marks: map[string][]string{}}
	for _, id := range []string{"partner", "store"} {
		c.named(&source.Node{Pos: r.places[id], Text: r.cells[id]})
	}
	c.readINNs(scalars(r.places["inn"], list(r.cells["inn"], "|\n,; ")))
	c.readTills(scalars(r.places["tills"], list(r.cells["tills"], "|\n,; ")))
	c.readAddresses(scalars(r.places["address"], list(r.cells["address"], "|\n")))
	if zone := r.cells["zone"]; zone != "" {
		c.checkZone(r.places["zone"], zone)
	}
	g.problems = append(g.problems, c.problems...)
}

// rounded is a long number as a spreadsheet shows it.
var rounded = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+[0-9]+$`)

func (g *gatherer) rounded(r row, field string) {
	g.report(r.places[field], map[string]string{"inn": "L640", "tills": "L641"}[field], source.Sentence("«%s» - число, округлённое таблицей", "%q is a number that the spreadsheet has rounded", r.cells[field]),
		source.Sentence("сделайте столбец текстовым и перепишите число ещё раз", "make its column text and copy the number again"))
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func (g *gatherer) badDay(r row, field string) {
	g.report(r.places[field], "L647", source.Sentence("«%s» - не день", "%q is no day", shorten(r.cells[field])), source.Sentence("пишите 2026-05-03 или 03.05.2026", "write 2026-05-03 or 03.05.2026"))
}

// scalars are values as a book would have them, all at the place of their cell.
func scalars(at source.Pos, texts []string) *source.Node {
	n := &source.Node{Pos: at, Kind: source.List}
	for _, text := range texts {
		n.Items = append(n.Items, &source.Node{Pos: at, Kind: source.Scalar, Text: text})
	}
	return n
}

func union(have, more []string) []string {
	for _, text := range more {
		if !slices.Contains(have, text) {
			have = append(have, text)
		}
	}
	return have
}
