package catalogue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"besedka/locales"
)

// traceVersion changes when stored traces could no longer be read as today.
const traceVersion = 1

// A trace is what Match looked at and how it decided.
type trace struct {
	Version  int      `json:"v"`
	Name     string   `json:"name"`
	GTIN     string   `json:"gtin,omitempty"`
	By       decider  `json:"by"`
	Decision int64    `json:"decision,omitempty"` // of a person
	Product  string   `json:"product,omitempty"`  // the nearest
	Score    int      `json:"score"`
	Verdict  Verdict  `json:"verdict"`
	Rival    string   `json:"rival,omitempty"` // a product that fits as well
	Words    *finding `json:"words,omitempty"`
}

// A decider is what a line was decided by.
type decider string

const (
	byGTIN   decider = "gtin"
	byPerson decider = "person"
	byWords  decider = "words"
)

func (t *trace) decide(product string, score int, v Verdict) {
	t.Product, t.Score, t.Verdict = product, score, v
}

func (t *trace) match() Match {
	m := Match{Product: t.Product, Score: t.Score, Verdict: t.Verdict, Taught: t.Decision, Trace: t.encode()}
	if m.Verdict == Other {
		m.Product = ""
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

// Explain words a stored trace for the person who looks at the line: what
// decided, and for words what each part of the product brought.
func Explain(stored []byte, p *locales.Printer) (string, error) {
	var t trace
	if err := json.Unmarshal(stored, &t); err != nil {
		return "", fmt.Errorf("read trace: %w", err)
	}
	if t.Version != traceVersion {
		return "", fmt.Errorf("read trace: unknown version %d", t.Version)
	}
	args := locales.Args{
		"product": locales.Text(t.Product), "score": locales.Count(int64(t.Score)), "gtin": locales.Text(t.GTIN),
		"decision": locales.Text(fmt.Sprint(t.Decision)), "rival": locales.Text(t.Rival),
	}
	key := "product." + string(t.By) + "." + string(t.Verdict)
	switch {
	case t.Words == nil && t.By == byWords:
		key = "product.words.nothing"
	case t.Words != nil && t.Words.Exclude != nil:
		key = "product.words.excluded"
		args["want"] = locales.Text(t.Words.Exclude.Want)
	case t.Rival != "":
		key = "product.words.rival"
	}
	lines := []string{p.Text(key, args)}
	if t.Words != nil {
		lines = append(lines, t.Words.explain(p)...)
	}
	return strings.Join(lines, "\n"), nil
}

func (f *finding) explain(p *locales.Printer) (lines []string) {
	say := func(key string, x *part) {
		if x == nil {
			return
		}
		lines = append(lines, p.Text("product.part."+key, locales.Args{
			"saw": locales.Text(cmp.Or(x.Saw, "—")), "want": locales.Text(x.Want), "worth": locales.Count(int64(x.Worth)),
		}))
	}
	if f.Brand != nil {
		say("brand."+string(f.Brand.How), f.Brand)
	}
	say(seen("kind", f.Kind), f.Kind)
	say(seen("measure", f.Measure), f.Measure)
	return lines
}

// seen is the key for a part that was not asked for, found, or missed.
func seen(key string, x *part) string {
	switch {
	case x == nil:
		return ""
	case x.Want == "":
		return key + ".any"
	case x.Worth > 0:
		return key + ".found"
	}
	return key + ".missed"
}

// Asked is the line that a stored trace is about.
func Asked(stored []byte) (Line, error) {
	var t trace
	if err := json.Unmarshal(stored, &t); err != nil {
		return Line{}, fmt.Errorf("read trace: %w", err)
	}
	return Line{Name: t.Name, GTIN: t.GTIN}, nil
}
