package product

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"besedka/core/fiscal"
	"besedka/core/product/catalogue"
	"besedka/core/review"
	"besedka/storage"
)

// line is a line of goods on its way to its row.
type line struct {
	fiscal.Line
	place int
	name  string // normalised
	match catalogue.Match
}

func (l line) asked() catalogue.Line { return catalogue.Line{Name: l.Name, GTIN: l.GTIN} }

// MatchTx matches the lines of a verified receipt, stores what was found and puts
// the names that it is unsure of before a person. Only goods that the receipt
// hands over count. Done again for the same receipt it changes nothing. The
// receipt must be held by the transaction.
func (s *Service) MatchTx(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, r fiscal.Receipt) error {
	if err := s.match(ctx, tx, now, receipt, r); err != nil {
		return fmt.Errorf("match lines of receipt %d: %w", receipt, err)
	}
	return nil
}

func (s *Service) match(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, r fiscal.Receipt) error {
	c, err := s.current(ctx, tx)
	if err != nil || c.Catalogue == nil {
		return err
	}
	lines := goods(r)
	if len(lines) == 0 {
		return nil
	}
	if err := c.recognise(ctx, tx, r.INN, lines); err != nil {
		return err
	}
	if err := insert(ctx, tx, now, receipt, r.INN, c, lines); err != nil {
		return err
	}
	return ask(ctx, tx, now, receipt, r.INN, lines)
}

// goods are the lines that count.
func goods(r fiscal.Receipt) (lines []line) {
	for i, l := range r.Lines {
		if r.Buys(l) {
			lines = append(lines, line{Line: l, place: i, name: catalogue.Normal(l.Name)})
		}
	}
	return lines
}

// recognise matches the lines with what people have taught. A name that it is
// unsure of is locked before it looks once more: a person may be deciding it just
// now, and would not see rows that are not there yet.
func (c edition) recognise(ctx context.Context, tx storage.Tx, inn string, lines []line) error {
	known, err := taught(ctx, tx, inn, names(lines))
	if err != nil {
		return err
	}
	unsure := unsureNames(c.matched(lines, known))
	if len(unsure) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, qShareNames, inn, unsure); err != nil {
		return err
	}
	again, err := taught(ctx, tx, inn, unsure)
	if err != nil {
		return err
	}
	maps.Copy(known, again)
	c.matched(lines, known)
	return nil
}

func (c edition) matched(lines []line, known map[string]catalogue.Taught) []line {
	for i, l := range lines {
		lines[i].match = c.Match(l.asked(), known)
	}
	return lines
}

func names(lines []line) []string {
	set := map[string]bool{}
	for _, l := range lines {
		set[l.name] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// unsureNames are sorted: locks are taken in one order.
func unsureNames(lines []line) []string {
	return names(slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.match.Verdict != catalogue.Unsure }))
}

// Question is the detail of a task of the kind review.Product: is this name a
// product, and which?
type Question struct {
	INN     string `json:"inn"`
	Name    string `json:"name"`    // as it is remembered
	Line    string `json:"line"`    // as the receipt has it
	Product string `json:"product"` // the nearest
	Score   int    `json:"score"`   // of 100
}

// about names the question: one for a name in a chain, however many receipts wait
// for the answer.
func about(inn, name string) string { return inn + "/" + name }

func ask(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, inn string, lines []line) error {
	for _, name := range unsureNames(lines) {
		l := lines[slices.IndexFunc(lines, func(l line) bool { return l.name == name && l.match.Verdict == catalogue.Unsure })]
		_, err := review.OpenTx(ctx, tx, now, review.Ask{
			Kind: review.Product, About: about(inn, name), Receipt: receipt, Reason: "unsure",
			Detail: Question{INN: inn, Name: name, Line: l.Name, Product: l.match.Product, Score: l.match.Score},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
