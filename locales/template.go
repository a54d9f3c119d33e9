package locales

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Template is a parsed text. The zero Template is the empty text.
type Template struct {
	parts []part
}

// A part is a piece of text and the placeholder that follows it, if any.
type part struct {
	text string
	slot Placeholder // Name "" at the end of a template
}

// A Placeholder is {name}, {name|format} or {name|form|form...}.
type Placeholder struct {
	Name   string
	Format Format
	Forms  []string // plural forms for a number, his and hers for a gender
	Offset int      // of its brace in the text, in characters
}

// A Format is how a value is printed.
type Format uint8

// The formats. AsIs suits the value: an amount with its decimals, a date in
// words.
const (
	AsIs        Format = iota
	AsMoney            // {sum|деньги}: 1 284,50 ₽
	AsDate             // {at|дата}: 3 мая 2026
	AsDateShort        // {at|дд.мм.гггг}: 03.05.2026
	AsNumber           // {n|число}: 1 284,5
	AsYear             // {y|год}: 1990
)

var formats = map[string]Format{
	"деньги": AsMoney, "money": AsMoney,
	"дата": AsDate, "date": AsDate,
	"дд.мм.гггг": AsDateShort, "dd.mm.yyyy": AsDateShort,
	"число": AsNumber, "number": AsNumber,
	"год": AsYear, "year": AsYear,
}

// A SyntaxError is a mistake in a template, for its author.
type SyntaxError struct {
	Offset int // in characters
	Ru, En string
}

func (e *SyntaxError) Error() string { return e.En }

// ParseText parses a template; its error is a *SyntaxError. Braces that are
// meant are written twice: {{ and }}.
func ParseText(src string) (Template, error) {
	var t Template
	text := strings.Builder{}
	rest, offset := src, 0
	for rest != "" {
		brace := strings.IndexAny(rest, "{}")
		if brace < 0 {
			break
		}
		text.WriteString(rest[:brace])
		offset += utf8.RuneCountInString(rest[:brace])
		rest = rest[brace:]
		if strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}") {
			text.WriteByte(rest[0])
			rest, offset = rest[2:], offset+2
			continue
		}
		end := strings.IndexByte(rest, '}')
		if end <= 0 || strings.ContainsRune(rest[1:end], '{') {
			return Template{}, &SyntaxError{Offset: offset, Ru: "скобка { или } без пары; сам знак пишут дважды: {{", En: "a { or } without its pair; to print one, write it twice: {{"}
		}
		slot, err := placeholder(rest[1:end], offset)
		if err != nil {
			return Template{}, err
		}
		t.parts = append(t.parts, part{text.String(), slot})
		text.Reset()
		offset += utf8.RuneCountInString(rest[:end+1])
		rest = rest[end+1:]
	}
	text.WriteString(rest)
	if text.Len() > 0 {
		t.parts = append(t.parts, part{text: text.String()})
	}
	return t, nil
}

func placeholder(inside string, offset int) (Placeholder, error) {
	fields := strings.Split(inside, "|")
	p := Placeholder{Name: strings.TrimSpace(fields[0]), Offset: offset}
	if !isName(p.Name) {
		return p, &SyntaxError{Offset: offset, Ru: "в скобках {} должно стоять имя, например {name}", En: "braces {} must hold a name, for example {name}"}
	}
	switch len(fields) {
	case 1:
		return p, nil
	case 2:
		format, ok := formats[strings.ToLower(strings.TrimSpace(fields[1]))]
		if !ok {
			return p, &SyntaxError{Offset: offset, Ru: "незнакомый вид «" + fields[1] + "»; есть: деньги, дата, дд.мм.гггг, число, год, или две-три формы слова через |", En: "unknown format \"" + fields[1] + "\"; there are: money, date, dd.mm.yyyy, number, year, or the forms of a word separated by |"}
		}
		p.Format = format
		return p, nil
	}
	p.Forms = fields[1:]
	return p, nil
}

// isName allows letters, digits, _ and dots between them.
func isName(s string) bool {
	for i, word := range strings.Split(s, ".") {
		if word == "" {
			return false
		}
		for j, r := range word {
			if !unicode.IsLetter(r) && r != '_' && (i == 0 && j == 0 || !unicode.IsDigit(r)) {
				return false
			}
		}
	}
	return true
}

// Placeholders returns them in their order.
func (t Template) Placeholders() []Placeholder {
	var slots []Placeholder
	for _, p := range t.parts {
		if p.slot.Name != "" {
			slots = append(slots, p.slot)
		}
	}
	return slots
}

// Names returns the names that the template prints, sorted, each once.
func (t Template) Names() []string {
	var names []string
	for _, slot := range t.Placeholders() {
		names = append(names, slot.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Render prints the template in lang. A name that lookup does not know prints
// as nothing.
func (t Template) Render(lookup func(name string) (Arg, bool), lang string) string {
	if len(t.parts) == 1 && t.parts[0].slot.Name == "" {
		return t.parts[0].text
	}
	tongue := tongueOf(lang)
	var out []byte
	for _, p := range t.parts {
		out = append(out, p.text...)
		if p.slot.Name == "" {
			continue
		}
		if arg, ok := lookup(p.slot.Name); ok {
			out = tongue.print(out, p.slot, arg)
		}
	}
	return string(out)
}
