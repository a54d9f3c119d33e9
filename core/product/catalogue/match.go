package catalogue

import "besedka/core/fiscal"

// Line is what is known of a line of a receipt.
type Line struct {
	Name string
	GTIN string // as the document has it; "" for none
}

// Taught is what a person has decided of a name in a chain.
type Taught struct {
	Decision int64
	Product  string // "" for none of the catalogue
}

// Verdict is what becomes of a line.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted" // surely the product
	Unsure   Verdict = "unsure"   // a person decides
	Other    Verdict = "other"    // something else
)

// From which score on, in hundredths, a line is accepted, and from which on a
// person is asked.
const (
	acceptFrom = 85
	askFrom    = 55
)

// What the parts of a product are worth, in hundredths; a brand: see worth. What
// the catalogue does not ask for is given.
const (
	worthGTIN    = 100
	worthKind    = 25
	worthMeasure = 25
)

// Match is the answer to a line.
type Match struct {
	Product string // id; of an unsure line the nearest one, "" when it is other
	Score   int    // of the nearest product, 0 to 100
	Verdict Verdict
	Taught  int64  // the person's decision that decided; 0 for none
	Trace   []byte // why: JSON, the same bytes for the same catalogue, line and teaching
}

// Match decides which product the line is. Taught are the decisions for the
// line's chain by Normal names.
func (c *Catalogue) Match(l Line, taught map[string]Taught) Match {
	words, ean := read(l.Name)
	t := trace{Version: traceVersion, Name: atMost(l.Name), GTIN: ean, By: byWords}
	if g := fiscal.GTIN(l.GTIN); g != "" {
		t.GTIN = g
	}
	decided, known := taught[Normal(l.Name)]
	switch p := c.byGTIN[t.GTIN]; {
	case p != nil:
		t.By = byGTIN
		t.decide(p.ID, worthGTIN, Accepted)
	case known && decided.Product == "":
		t.By, t.Decision = byPerson, decided.Decision
		t.decide("", 0, Other)
	case known && c.byID[decided.Product] != nil:
		t.By, t.Decision = byPerson, decided.Decision
		t.decide(decided.Product, worthGTIN, Accepted)
	default:
		c.weigh(&t, words)
	}
	return t.match()
}

// weigh decides by the words.
func (c *Catalogue) weigh(t *trace, words []word) {
	n, found := lay(words, c.longest), measures(words)
	var best, rival, excluded *finding
	for _, p := range c.Products {
		f := p.weigh(n, found)
		switch {
		case f.Exclude != nil && excluded == nil:
			excluded = f
		case f.Score == 0:
		case best == nil || best.before(f):
			best, rival = f, nil
		case !f.before(best):
			rival = f
		}
	}
	if best == nil {
		t.Words = excluded
		t.decide("", 0, Other)
		return
	}
	t.Words = best
	verdict := verdictOf(best.Score)
	if verdict == Accepted && rival != nil { // nothing tells them apart
		verdict, t.Rival = Unsure, rival.product.ID
	}
	t.decide(best.product.ID, best.Score, verdict)
}

func verdictOf(score int) Verdict {
	switch {
	case score >= acceptFrom:
		return Accepted
	case score >= askFrom:
		return Unsure
	}
	return Other
}
