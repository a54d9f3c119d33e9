package spreadsheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
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
