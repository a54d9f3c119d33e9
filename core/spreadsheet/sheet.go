package spreadsheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// readStyles finds those by which a number is shown as a day.
func (b *book) readStyles() error {
	own, inCells := map[string]bool{}, false
	return b.part("xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			own[attr(e, "numFmtId")] = isDay(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells {
				id := attr(e, "numFmtId")
				b.days = append(b.days, own[id] || builtIn(id))
			}
		}
		return nil
	})
}

// builtIn says whether a format that every spreadsheet has shows days (18.8.30).
func builtIn(id string) bool {
	n, _ := strconv.Atoi(id)
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 58
}

// isDay says whether a format has a day or a year in it, out of what is printed as it stands.
func isDay(format string) bool {
	var quoted, bracketed bool
	for _, c := range strings.ToLower(format) {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '[' || c == ']':
			bracketed = c == '['
		case !quoted && !bracketed && (c == 'd' || c == 'y'):
			return true
		}
	}
	return false
}

type cell struct {
	At     string `xml:"r,attr"`
	Kind   string `xml:"t,attr"`
	Style  int    `xml:"s,attr"`
	Value  string `xml:"v"`
	Inline text   `xml:"is"`
}

func (b *book) readSheet(sheet string, each func(Line) error) error {
	number := 0
	return b.part(sheet, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "row" {
			return nil
		}
		number++
		if named, err := strconv.Atoi(attr(e, "r")); err == nil && named >= number && named <= maxRow {
			number = named
		}
		cells, err := b.row(d)
		if err != nil {
			return err
		}
		if l, ok := told(number, cells); ok {
			return each(l)
		}
		return nil
	})
}

// row reads the cells up to the end of a row.
func (b *book) row(d *xml.Decoder) (cells []string, err error) {
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.EndElement:
			return cells, nil
		case xml.StartElement:
			var c cell
			if err := d.DecodeElement(&c, &e); err != nil {
				return nil, fmt.Errorf("cell: %w", err)
			}
			if cells, err = b.put(cells, c); err != nil {
				return nil, err
			}
		}
	}
}

func (b *book) put(cells []string, c cell) ([]string, error) {
	at := column(c.At)
	if at < len(cells) {
		at = len(cells)
	}
	plain := b.plain(c)
	if plain == "" {
		return cells, nil
	}
	if at >= MaxColumns {
		return nil, ErrTooWide
	}
	for len(cells) < at {
		cells = append(cells, "")
	}
	return append(cells, plain), nil
}

// column is the number of the column of BC12, from 0; -1 when it names none.
func column(at string) int {
	n := 0
	for _, c := range strings.ToUpper(at) {
		if c < 'A' || c > 'Z' || n > MaxColumns {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// plain is what a cell says.
func (b *book) plain(c cell) string {
	switch c.Kind {
	case "s":
		if n, err := strconv.Atoi(c.Value); err == nil && n >= 0 && n < len(b.shared) {
			return b.shared[n]
		}
		return ""
	case "inlineStr":
		return c.Inline.String()
	case "", "n":
		return b.number(c)
	}
	return c.Value
}

// number is one as people write it: all its digits, or a day.
func (b *book) number(c cell) string {
	if c.Style >= 0 && c.Style < len(b.days) && b.days[c.Style] {
		if day, ok := b.day(c.Value); ok {
			return day
		}
	}
	if strings.ContainsAny(c.Value, "eE") {
		if n, err := strconv.ParseFloat(c.Value, 64); err == nil {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return c.Value
}
