package intake

import (
	"strings"
	"time"

	"besedka/core/card"
	"besedka/core/member"
)

// person is what a line says of somebody.
type person struct {
	phone    string // E.164
	card     string
	cardType card.Type
	agreed   string            // 2024-03-01
	told     map[string]string // by field
}

// fault is why a line is refused: what, and in which column, from 1.
type fault struct {
	cause Cause
	col   int
}

// reader makes people of lines.
type reader struct {
	Terms
	columns []string
	today   time.Time
	fields  map[string]Field // by column
}

func (t Terms) reader(columns []string, now time.Time) reader {
	r := reader{Terms: t, columns: columns, today: now.In(t.Zone), fields: map[string]Field{}}
	for _, f := range t.Fields {
		r.fields[Column(f.Name)] = f
	}
	return r
}

// read is the person of a line, and the first thing that is wrong with it. It reads on behind
// that: an erasure finds the line by its number, whatever is wrong before it.
func (r reader) read(cells []string) (p person, bad *fault) {
	if cells == nil {
		return p, &fault{Quotes, 0}
	}
	p.told = map[string]string{}
	for i, column := range r.columns {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		if cause := r.take(&p, column, text); cause != "" && bad == nil {
			bad = &fault{cause, i + 1}
		}
	}
	if bad == nil && p.phone == "" && p.card == "" {
		bad = &fault{NoPhone, 0}
	}
	return p, bad
}

// take puts a cell where it belongs, and says what is wrong with it.
func (r reader) take(p *person, column, text string) Cause {
	field, isField := r.fields[column]
	switch {
	case column == Agreed:
		return r.agreed(p, text)
	case text == "":
		return ""
	case column == Phone:
		return takePhone(p, text)
	case column == Card:
		return r.takeCard(p, text)
	case isField:
		return r.answer(p, field, text)
	}
	return ""
}

func takePhone(p *person, text string) (bad Cause) {
	e164, err := member.E164(text)
	if err != nil {
		return BadPhone
	}
	p.phone = e164
	return ""
}

// takeCard takes a number that a card of the programme's could have.
func (r reader) takeCard(p *person, text string) Cause {
	number := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(text)
	for _, t := range r.Cards {
		if card.Valid(number) && strings.HasPrefix(number, t.Prefix) {
			p.card, p.cardType = number, t
			return ""
		}
	}
	return BadCard
}

func (r reader) agreed(p *person, text string) Cause {
	if text == "" {
		return NoAgreed
	}
	day, ok := isoDay(text)
	if !ok || day > r.today.Format(time.DateOnly) {
		return BadAgreed
	}
	p.agreed = day
	return ""
}

func (r reader) answer(p *person, f Field, text string) Cause {
	if f.Day {
		text, _ = isoDay(text)
	}
	for title, name := range f.Options {
		if heading(title) == heading(text) {
			text = name
		}
	}
	if text == "" || !f.Takes(text, r.today) {
		return BadValue
	}
	p.told[f.Name] = text
	return ""
}

// days are how tables write one; whatever hour follows says nothing.
var days = []string{time.DateOnly, "02.01.2006", "2.1.2006", "2006.01.02"}

// isoDay is a day as 2006-01-02.
func isoDay(text string) (string, bool) {
	date, _, _ := strings.Cut(strings.Replace(text, "T", " ", 1), " ")
	for _, layout := range days {
		if day, err := time.Parse(layout, date); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return text, false
}
