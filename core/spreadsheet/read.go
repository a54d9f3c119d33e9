package spreadsheet

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"
)

// Limits of a table that is read.
const (
	MaxColumns = 100
	maxRow     = 1 << 20   // of a sheet, as everywhere
	maxCell    = 600       // bytes; what is behind is cut off
	maxPart    = 512 << 20 // bytes of a part of XLSX, unpacked
	maxShared  = 96 << 20  // bytes of its texts, which are all kept at once
)

// Line is one line of a table that holds anything.
type Line struct {
	Number int // as people see it: the first is 1; of CSV, where a line of the file begins
	Cells  []string
	Broken bool // its quotes are out of place: it has no cells
}

// What makes a file no table.
var (
	ErrNoTable = errors.New("neither CSV nor XLSX")
	ErrTooWide = errors.New("more than 100 columns")
	ErrTooBig  = errors.New("more than we unpack")
)

// Read calls each for the lines of a table one after the other, in whichever way it was
// saved: as CSV in UTF-8 or Windows-1251 with semicolons, commas or tabs, or the first sheet
// of XLSX, whose days are told as 2006-01-02. An error of each ends it.
func Read(file []byte, each func(Line) error) error {
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		return readXLSX(file, each)
	}
	if bytes.ContainsRune(file, 0) {
		return ErrNoTable
	}
	return readCSV(file, each)
}

// told is a line as each is told of it; false for one of nothing.
func told(number int, cells []string) (Line, bool) {
	l, some := Line{Number: number, Cells: make([]string, len(cells))}, false
	for i, cell := range cells {
		l.Cells[i] = tidy(cell)
		some = some || l.Cells[i] != ""
	}
	return l, some
}

// tidy is a cell without what nobody sees around it.
func tidy(cell string) string {
	cell = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "\uFFFD")
	if len(cell) > maxCell {
		cut := maxCell
		for !utf8.RuneStart(cell[cut]) {
			cut--
		}
		cell = cell[:cut]
	}
	return strings.TrimSpace(cell)
}
