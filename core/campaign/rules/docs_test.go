package rules

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"besedka/core/expr"
	"besedka/locales"
)

// docTerms are the programme of which docs/campaigns.md speaks.
var docTerms = Terms{
	Zone:       moscow,
	Scope:      expr.Scope{Names: map[string]expr.Kind{"profile.favourite": expr.Text}},
	Categories: []string{"молочное", "молочное.йогурты", "молочное.йогурты.премиум", "хлеб"},
	Segments:   []string{"постоянные"},
	Partners:   []string{"лавка", "гипер", "кино"},
	Prizes:     []string{"кружки"},
}

const docHeader = "| Товары или сумма, ₽ | Кто и где | Покупка | Что даст | Что ответит «Почему столько?» |\n"

var block = regexp.MustCompile("```yaml\n([^`]*)```\n\n(" + regexp.QuoteMeta(docHeader) + "(?:\\|[^\n]*\n)+)")

// TestDocument evaluates every row of the document's tables of goods, one after
// the other: what is used up in one is missing in the next.
func TestDocument(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/campaigns.md")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, m := range block.FindAllStringSubmatch(string(doc), -1) {
		_, id, _ := strings.Cut(m[1], "campaign: ")
		c, problems := Parse("campaigns/"+strings.Fields(id)[0]+".yaml", []byte(m[1]), docTerms)
		if c == nil {
			t.Errorf("%s: %s", m[1], worded(problems))
			continue
		}
		s := newShopper(t, c)
		for _, row := range strings.Split(strings.TrimSpace(m[2]), "\n")[2:] {
			cells := strings.Split(strings.Trim(row, "| "), " | ")
			given, why := docRow(t, s, cells[0], cells[1], cells[2], texts.Printer("ru"))
			rows++
			if given != cells[3] || why != cells[4] {
				t.Errorf("%s: %s\ngives %s | %s", c.ID, row, given, why)
			}
		}
	}
	if rows < 25 {
		t.Errorf("only %d rows are checked", rows)
	}
}

func docRow(t *testing.T, s *shopper, goods, who, when string, p *locales.Printer) (given, why string) {
	t.Helper()
	r := Receipt{Tenders: map[string]int64{}}
	var err error
	if r.Purchased, err = time.ParseInLocation("2006-01-02 15:04", when, moscow); err != nil {
		t.Fatal(err)
	}
	r.Lines, r.Total = docGoods(goods)
	s.facts.Member = Member{ID: 1}
	place, partner := Store{}, Partner{}
	for _, word := range strings.Split(who, ", ") {
		name, value, _ := strings.Cut(word, " ")
		switch name {
		case "карта":
			s.facts.Member.Card = true
		case "группа":
			s.facts.Member.Segments = []string{value}
		case "любит":
			s.facts.Member.Facts = map[string]expr.Value{"profile.favourite": expr.TextOf(value)}
		case "бонусами":
			r.Tenders["bonus"] = comma(value)
		case "формат":
			place.Format = value
		case "партнёр":
			partner.ID = value
		case "-":
		default:
			t.Fatalf("nobody knows what %q is", word)
		}
	}
	d := s.buy(r, partner, place)[0]
	why, err = Explain(d.Trace, nil, p)
	if err != nil {
		t.Fatal(err)
	}
	return gave(d), strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\n", "<br>").Replace(why)
}

func comma(text string) int64 { return rub(strings.ReplaceAll(text, ",", ".")) }

// docGoods reads "молочное 2 × 89,90; хлеб 45", or a sum alone.
func docGoods(cell string) (lines []Line, total int64) {
	for i, text := range strings.Split(cell, "; ") {
		words := strings.Fields(text)
		if len(words) == 1 {
			return nil, comma(words[0])
		}
		l := Line{Number: i + 1, Category: words[0], Quantity: perUnit, Price: comma(words[len(words)-1])}
		if len(words) == 4 {
			l.Quantity = qty(strings.ReplaceAll(words[1], ",", "."))
		}
		l.Sum = l.Price * int64(l.Quantity) / int64(perUnit)
		lines, total = append(lines, l), total+l.Sum
	}
	return lines, total
}

func gave(d Decision) string {
	var all []string
	for _, a := range d.Accruals {
		all = append(all, fmt.Sprintf("%s бонусов", strings.TrimSuffix(strings.ReplaceAll(strconv.FormatFloat(float64(a.Amount)/100, 'f', 2, 64), ".", ","), ",00")))
	}
	if n, _ := issued(d); n > 0 {
		all = append(all, fmt.Sprintf("купонов: %d", n))
	}
	for range d.Gifts {
		all = append(all, "подарок")
	}
	if len(all) == 0 {
		return "-"
	}
	return strings.Join(all, ", ")
}
