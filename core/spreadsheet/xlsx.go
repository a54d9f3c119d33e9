package spreadsheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// book is a file of XLSX (ECMA-376, part 1, 18): parts of XML in a zip.
type book struct {
	parts    map[string]*zip.File
	shared   []string // texts that cells name by number
	days     []bool   // by style: whether its number is a day
	from1904 bool
}

func readXLSX(file []byte, each func(Line) error) error {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return ErrNoTable
	}
	b := book{parts: map[string]*zip.File{}}
	for _, f := range archive.File {
		b.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	var stopped error
	sheet, err := b.open()
	if err == nil {
		err = b.readSheet(sheet, func(l Line) error {
			stopped = each(l)
			return stopped
		})
	}
	if err == nil || stopped != nil || errors.Is(err, ErrTooWide) || errors.Is(err, ErrTooBig) {
		return err
	}
	return ErrNoTable
}

// open reads what the cells of the sheets refer to, and says where the first sheet is.
func (b *book) open() (sheet string, err error) {
	if sheet, err = b.first(); err != nil {
		return "", err
	}
	if err := b.readShared(); err != nil {
		return "", err
	}
	return sheet, b.readStyles()
}

// part calls each for the elements of a part that begin; one that is not there has none.
func (b *book) part(name string, each func(d *xml.Decoder, e xml.StartElement) error) error {
	f := b.parts[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was read
	d := xml.NewDecoder(&capped{r, maxPart})
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := each(d, e); err != nil {
				return err
			}
		}
	}
}

// capped refuses to unpack more than is left.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, ErrTooBig
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// first is the part of the sheet that stands first.
func (b *book) first() (string, error) {
	var id string
	err := b.part("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			b.from1904 = yes(attr(e, "date1904"))
		case "sheet":
			for _, a := range e.Attr {
				if id == "" && a.Name.Local == "id" && a.Name.Space != "" { // r:id
					id = a.Value
				}
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	var sheet string
	err = b.part("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attr(e, "Id") == id {
			sheet = target(attr(e, "Target"))
		}
		return nil
	})
	if err == nil && b.parts[sheet] == nil {
		err = ErrNoTable
	}
	return sheet, err
}

// target is the part that a relationship of the workbook leads to.
func target(to string) string {
	if whole, ok := strings.CutPrefix(to, "/"); ok {
		return whole
	}
	return path.Join("xl", to)
}

func yes(text string) bool { return text == "1" || text == "true" }

type text struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t text) String() string {
	var whole strings.Builder
	whole.WriteString(t.Plain)
	for _, r := range t.Runs {
		whole.WriteString(r.Text)
	}
	return whole.String()
}

func (b *book) readShared() error {
	size := 0
	return b.part("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		var t text
		if err := d.DecodeElement(&t, &e); err != nil {
			return err
		}
		cell := tidy(t.String())
		if size += len(cell) + 16; size > maxShared {
			return ErrTooBig
		}
		b.shared = append(b.shared, cell)
		return nil
	})
}

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
