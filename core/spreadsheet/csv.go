package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// excel is how a spreadsheet is told to leave a number alone: ="0001".
var excel = regexp.MustCompile(`="([0-9+]*)"`)

func readCSV(file []byte, each func(Line) error) error {
	var text io.Reader
	file = bytes.TrimPrefix(file, []byte(Mark))
	if !bytes.ContainsRune(file, '\n') {
		file = bytes.ReplaceAll(file, []byte("\r"), []byte("\n"))
	}
	if bytes.Contains(file, []byte(`="`)) {
		file = excel.ReplaceAll(file, []byte("$1"))
	}
	by, lines := separator(file)
	text = bytes.NewReader(skip(file, lines))
	if !utf8.Valid(file) {
		text = charmap.Windows1251.NewDecoder().Reader(text)
	}
	r := csv.NewReader(text)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = by, -1, true
	for {
		l, ok, err := next(r, lines)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && ok {
			err = each(l)
		}
		if err != nil {
			return err
		}
	}
}

// next is a line of CSV, below so many that were skipped.
func next(r *csv.Reader, skipped int) (l Line, ok bool, err error) {
	cells, err := r.Read()
	if bad, is := errors.AsType[*csv.ParseError](err); is {
		return Line{Number: bad.StartLine + skipped, Broken: true}, true, nil
	}
	if err != nil {
		return l, false, err
	}
	if len(cells) > MaxColumns {
		return l, false, ErrTooWide
	}
	at, _ := r.FieldPos(0)
	l, ok = told(at+skipped, cells)
	return l, ok, nil
}

// separator is what stands between cells, what the first line has most of, and how many lines
// say nothing but that, as Excel wants it: sep=;
func separator(file []byte) (by rune, lines int) {
	first, _, _ := bytes.Cut(file, []byte("\n"))
	head := strings.TrimRight(strings.ToLower(string(first)), "\r")
	if named, ok := strings.CutPrefix(head, "sep="); ok && len(named) == 1 && strings.Contains(";,\t", named) {
		return rune(named[0]), 1
	}
	best, most := Comma, 0
	for _, c := range ";\t," {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best, 0
}

// skip leaves out the first lines of a file.
func skip(file []byte, lines int) []byte {
	for range lines {
		_, file, _ = bytes.Cut(file, []byte("\n"))
	}
	return file
}
