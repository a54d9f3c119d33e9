package spreadsheet_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"besedka/core/spreadsheet"
)

func read(t testing.TB, file []byte) (all []spreadsheet.Line) {
	t.Helper()
	err := spreadsheet.Read(file, func(l spreadsheet.Line) error { all = append(all, l); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReadXLSX reads what another library has written: numbers with all their digits, days by
// their style, runs of a text, a line left out.
func TestReadXLSX(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/people.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	want := []spreadsheet.Line{
		{Number: 1, Cells: []string{"Телефон", "Имя", "Дата рождения", "Номер", "Год"}},
		{Number: 2, Cells: []string{"79161234567", "Анна Петрова", "1990-05-12", "", "1990"}},
		{Number: 4, Cells: []string{"+7 916 123-45-68", "", "2001-12-31"}},
	}
	if diff := cmp.Diff(want, read(t, file)); diff != "" {
		t.Error(diff)
	}
	if err := spreadsheet.Read(file[:len(file)/2], func(spreadsheet.Line) error { return nil }); !errors.Is(err, spreadsheet.ErrNoTable) {
		t.Errorf("half of it: %v", err)
	}
}

// TestReadCSV: the ways in which spreadsheets save one table are the same to who reads it.
func TestReadCSV(t *testing.T) {
	t.Parallel()
	plain := "Телефон;Имя\n+79161234567;\"Анна; \"\"Аня\"\"\"\n\n;\n89161234568;Пётр\n"
	old, err := charmap.Windows1251.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	want := []spreadsheet.Line{
		{Number: 1, Cells: []string{"Телефон", "Имя"}},
		{Number: 2, Cells: []string{"+79161234567", `Анна; "Аня"`}},
		{Number: 5, Cells: []string{"89161234568", "Пётр"}},
	}
	for name, file := range map[string]string{
		"UTF-8": plain, "mark": spreadsheet.Mark + plain, "Windows-1251": old, "Windows": strings.ReplaceAll(plain, "\n", "\r\n"),
		"excel": strings.Replace(plain, "+79161234567", `="+79161234567"`, 1),
	} {
		if diff := cmp.Diff(want, read(t, []byte(file))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	named := read(t, []byte("sep=;\r\na,b,c;d\r\n"))
	if diff := cmp.Diff([]spreadsheet.Line{{Number: 2, Cells: []string{"a,b,c", "d"}}}, named); diff != "" {
		t.Error(diff)
	}
}

// TestBrokenQuotes spoil one line, and are told where they are.
func TestBrokenQuotes(t *testing.T) {
	t.Parallel()
	got := read(t, []byte("a;b\nx\"y;1\nz;2\n"))
	want := []spreadsheet.Line{{Number: 1, Cells: []string{"a", "b"}}, {Number: 2, Broken: true}, {Number: 3, Cells: []string{"z", "2"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoTable(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"a picture": "\x89PNG\r\n\x00\x01", "a zip of nothing": "PK\x03\x04", "UTF-16": "\xff\xfeA\x00"} {
		if err := spreadsheet.Read([]byte(file), func(spreadsheet.Line) error { return nil }); !errors.Is(err, spreadsheet.ErrNoTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wide := strings.Repeat("a;", spreadsheet.MaxColumns+1)
	if err := spreadsheet.Read([]byte(wide), func(spreadsheet.Line) error { return nil }); !errors.Is(err, spreadsheet.ErrTooWide) {
		t.Errorf("wide: %v", err)
	}
}

// TestReadBack: whatever people write in cells comes back from CSV.
func TestReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		cells := rapid.SliceOfN(rapid.StringMatching(`[a-zа-я"0-9,;+-]{1,12}`), 2, 5).Draw(r, "cells")
		line := make([]string, len(cells))
		for i, c := range cells {
			line[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		var got []spreadsheet.Line
		file := "first\tsecond\n" + strings.Join(line, "\t") + "\n"
		if err := spreadsheet.Read([]byte(file), func(l spreadsheet.Line) error { got = append(got, l); return nil }); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(cells, got[1].Cells); diff != "" {
			r.Fatal(fmt.Sprintf("%q\n%s", file, diff))
		}
	})
}

// A stranger's bytes never stop the reader; lines come in order, and no cell is longer than
// we keep.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"Телефон;Имя\n1;2\n", "sep=,\na,\"b\n", "PK\x03\x04"} {
		f.Add([]byte(seed))
	}
	if book, err := os.ReadFile("testdata/people.xlsx"); err == nil {
		f.Add(book)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		last := 0
		_ = spreadsheet.Read(file, func(l spreadsheet.Line) error {
			if l.Number <= last || len(l.Cells) > spreadsheet.MaxColumns {
				t.Errorf("line %d behind %d, %d cells", l.Number, last, len(l.Cells))
			}
			for _, c := range l.Cells {
				if len(c) > 600 || strings.Contains(c, "\x00") {
					t.Errorf("a cell of %d bytes", len(c))
				}
			}
			last = l.Number
			return nil
		})
	})
}
