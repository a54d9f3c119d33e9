package catalogue_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"besedka/core/fiscal"
	"besedka/core/product/catalogue"
	"besedka/locales"
)

// corpus is a folder of real receipts and names beside the project, of unknown
// licences: tests read it where it is.
const corpus = "../../../../shared/data/fiscal"

func corpusFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("SKIPPED: the corpus of real names is not here (%s)", corpus)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, text string) *catalogue.Catalogue {
	t.Helper()
	c, problems := catalogue.Parse("catalogue.yaml", []byte(text))
	for _, p := range problems {
		t.Error(p.In("en"))
	}
	if c == nil {
		t.FailNow()
	}
	return c
}

var russian = sync.OnceValues(func() (*locales.Printer, error) {
	texts, err := locales.Load()
	if err != nil {
		return nil, err
	}
	return texts.Printer("ru"), nil
})

// explained is what a person reads of a match.
func explained(t testing.TB, m catalogue.Match) string {
	t.Helper()
	p, err := russian()
	if err != nil {
		t.Fatal(err)
	}
	why, err := catalogue.Explain(m.Trace, p)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(why, "\n", "; ")
}

// wanted is an entry of matching-cases.json.
type wanted struct {
	Title, Line, Campaign, Why  string
	Brands, Kind, Exclude, GTIN []string
	PackML                      []int `json:"pack_ml"`
	Count                       []int
	Expect                      bool
}

func (w wanted) product(id string) (brand, product string) {
	brand = fmt.Sprintf("  %s: [%s]\n", w.Brands[0], strings.Join(w.Brands, ", "))
	product = fmt.Sprintf("  %s: {name: %s, brand: %s, kind: [%s]", id, id, w.Brands[0], strings.Join(w.Kind, ", "))
	if len(w.Exclude) > 0 {
		product += fmt.Sprintf(", exclude: [%s]", strings.Join(w.Exclude, ", "))
	}
	for _, ml := range w.PackML {
		product += fmt.Sprintf(", pack: %d мл", ml)
	}
	for _, n := range w.Count {
		product += fmt.Sprintf(", pack: %d шт", n)
	}
	if len(w.GTIN) > 0 {
		product += fmt.Sprintf(", gtin: [%q]", w.GTIN[0])
	}
	return brand, product + "}\n"
}

// TestLabelledLines: every real line whose product is known is decided so, with a
// catalogue of the one product and with that of all of them.
func TestLabelledLines(t *testing.T) {
	t.Parallel()
	var labelled struct {
		Campaigns map[string]wanted
		Cases     []struct {
			Campaign, Line, Why string
			GTIN                string
			Expect              bool
		}
	}
	if err := json.Unmarshal(corpusFile(t, "names/matching-cases.json"), &labelled); err != nil {
		t.Fatal(err)
	}
	brands, products := "", ""
	alone := map[string]*catalogue.Catalogue{}
	for id, w := range labelled.Campaigns {
		brand, product := w.product(id)
		brands, products = brands+brand, products+product
		alone[id] = parse(t, "brands:\n"+brand+"products:\n"+product)
	}
	all := parse(t, "brands:\n"+brands+"products:\n"+products)
	for _, c := range labelled.Cases {
		want := catalogue.Match{Verdict: catalogue.Other}
		if c.Expect {
			want = catalogue.Match{Verdict: catalogue.Accepted, Product: c.Campaign}
		}
		if got := all.Match(catalogue.Line{Name: c.Line}, nil); got.Verdict == catalogue.Accepted && (!c.Expect || got.Product != c.Campaign) {
			t.Errorf("without its code %q is taken for %s", c.Line, explained(t, got))
		}
		for name, cat := range map[string]*catalogue.Catalogue{"alone": alone[c.Campaign], "among all": all} {
			got := cat.Match(catalogue.Line{Name: c.Line, GTIN: c.GTIN}, nil)
			if got.Verdict != want.Verdict || got.Product != want.Product {
				t.Errorf("%s, %q (%s): %s", name, c.Line, c.Why, explained(t, got))
			}
		}
	}
	if len(labelled.Cases) < 18 {
		t.Errorf("only %d cases", len(labelled.Cases))
	}
}

// nasty are three invented brands that common words of receipts come near to: one
// is a letter away from a soup and taken in any kind, one is short and stands
// between a wine and its plural, one all but names a water of everywhere.
const nasty = `
brands:
  Полянка: [polyanka]
  Вина: [wina, винка]
  Святой Источек: [svyatoy istochek, св.источек]
products:
  any: {name: Всё, brand: Полянка}
  drink: {name: Напиток, brand: Вина, kind: [вода, вино, сок, нектар, напиток, нап, йогурт, сметана, хлеб]}
  water: {name: Вода, brand: Святой Источек, kind: [вода, вода пит], pack: [0.5 л, 1 л]}
`

// TestNoFalseAccepts: of thousands of real lines none is taken for the goods of
// an invented brand.
func TestNoFalseAccepts(t *testing.T) {
	t.Parallel()
	c := parse(t, nasty)
	lines := strings.Split(strings.TrimSpace(string(corpusFile(t, "names/ofd-2020-item-names.tsv"))), "\n")[1:]
	unsure := 0
	for _, line := range lines {
		name, _, _ := strings.Cut(line, "\t")
		m := c.Match(catalogue.Line{Name: name}, nil)
		switch m.Verdict {
		case catalogue.Accepted:
			t.Errorf("%q is taken for %s: %s", name, m.Product, explained(t, m))
		case catalogue.Unsure:
			unsure++
			t.Logf("%q: %s", name, explained(t, m))
		}
	}
	t.Logf("%d lines, %d for a person", len(lines), unsure)
}

// TestLinesOfRealReceipts: no line of a real receipt is taken for an invented
// brand either, and none fails.
func TestLinesOfRealReceipts(t *testing.T) {
	t.Parallel()
	corpusFile(t, "manifest.json")
	files, _ := filepath.Glob(filepath.Join(corpus, "receipts", "*.json"))
	c, lines, bought := parse(t, nasty), 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := fiscal.ParseReceipt(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Lines {
			lines++
			if r.Buys(l) {
				bought++
			}
			if m := c.Match(catalogue.Line{Name: l.Name, GTIN: l.GTIN}, nil); m.Verdict == catalogue.Accepted {
				t.Errorf("%q: %s", l.Name, explained(t, m))
			}
		}
	}
	t.Logf("%d lines, %d of goods that count", lines, bought)
}
