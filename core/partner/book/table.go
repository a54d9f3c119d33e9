package book

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"besedka/core/source"
)

// MaxTable is how large a table of stores may be, in bytes.
const MaxTable = 16 << 20

// A row is one line of a table: a store, or one more till or address of it.
type row struct {
	at     source.Pos
	cells  map[string]string // by column
	places map[string]source.Pos
}

// columns are what a table may tell, by the words in its first line.
var columns = map[string]string{
	"partner": "partner", "партнёр": "partner", "партнер": "partner", "арендатор": "partner",
	"partner_name": "partner_name", "название партнёра": "partner_name", "название партнера": "partner_name",
	"inn": "inn", "инн": "inn",
	"store": "store", "магазин": "store",
	"name": "name", "название": "name", "вывеска": "name",
	"address": "address", "адрес": "address",
	"tills": "tills", "till": "tills", "касса": "tills", "кассы": "tills",
	"format": "format", "формат": "format", "category": "category", "категория": "category",
	"zone": "zone", "зона": "zone", "часовой пояс": "zone",
	"since": "since", "с": "since", "until": "until", "по": "until",
}

// tableColumns are the names that are told to who mistakes one.
var tableColumns = []string{"partner", "partner_name", "inn", "store", "name", "address", "tills", "format", "category", "zone", "since", "until"}

type table struct {
	file     string
	lines    []string
	columns  []string // by place; "" for one that cannot be read
	problems []*source.Problem
}

func (t *table) report(at source.Pos, code string, what, cure source.Text) {
	if len(t.problems) < source.MaxProblems {
		t.problems = append(t.problems, &source.Problem{Pos: at, Code: code, What: what, Cure: cure})
	}
}

// readTable reads a table in UTF-8 or Windows-1251 whose cells are separated by
// semicolons, commas or tabs. Bad lines are told and left out.
func readTable(file string, text []byte) ([]row, []*source.Problem) {
	t := &table{file: file}
	if len(text) > MaxTable {
		t.report(source.Pos{File: file, Line: 1, Col: 1}, "L106", source.Sentence("таблица больше %d МБ", "the table is larger than %d MB", MaxTable>>20), source.Sentence("разделите её", "split it"))
		return nil, t.problems
	}
	text = decoded(text)
	t.lines = strings.Split(string(text), "\n")
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	var named bool
	r.Comma, named = comma(t.lines)
	var rows []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			if t.columns == nil {
				t.knows("partner")
			}
			return rows, t.problems
		}
		if named {
			named = false
			continue
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			t.report(t.pos(bad.Line, bad.Column), "L104", source.Sentence("кавычки в строке стоят не так", "the quotes of the line are out of place"),
				source.Sentence("закройте кавычки, а внутри ячейки удвойте их", "close the quotes, and double those inside a cell"))
			continue
		}
		if t.columns == nil {
			t.header(r, cells)
			if !t.knows("partner", "store") {
				return nil, t.problems
			}
			continue
		}
		if row, ok := t.row(r, cells); ok {
			rows = append(rows, row)
		}
	}
}

// excel is how a spreadsheet is told to leave a number alone: ="0001".
var excel = regexp.MustCompile(`="([0-9]*)"`)

// decoded is the text in UTF-8, without a mark of the byte order and the signs that end
// lines in Windows. What keeps a number from Excel becomes as many spaces, so that
// columns stay.
func decoded(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !utf8.Valid(text) {
		if plain, err := charmap.Windows1251.NewDecoder().Bytes(text); err == nil {
			text = plain
		}
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return excel.ReplaceAll(text, []byte("\u00a0\u00a0${1}\u00a0"))
}

// comma is what separates cells: what the first line has most of, or what it names, as
// Excel wants it: sep=;
func comma(lines []string) (c rune, named bool) {
	if by, ok := strings.CutPrefix(strings.ToLower(lines[0]), "sep="); ok && utf8.RuneCountInString(by) == 1 && strings.Contains(";,\t", by) {
		return []rune(by)[0], true
	}
	best, most := ';', 0
	for _, c := range ";\t," {
		if n := strings.Count(lines[0], string(c)); n > most {
			best, most = c, n
		}
	}
	return best, false
}

// pos is a place as an editor shows it: the library counts bytes.
func (t *table) pos(line, col int) source.Pos {
	line = min(max(line, 1), len(t.lines))
	text := t.lines[line-1]
	return source.Pos{File: t.file, Line: line, Col: 1 + utf8.RuneCountInString(text[:min(max(col-1, 0), len(text))])}
}

func (t *table) header(r *csv.Reader, cells []string) {
	t.columns = make([]string, len(cells))
	seen := map[string]bool{}
	for i, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		known := columns[name]
		at := t.pos(r.FieldPos(i))
		switch {
		case name == "": // a column of nothing: its cells are looked at, too
		case known == "":
			t.report(at, "L103", source.Sentence("незнакомый столбец «%s»", "unknown column %q", shorten(cell)), source.Meant(name, tableColumns))
		case seen[known]:
			t.report(at, "L102", source.Sentence("столбец «%s» уже есть", "there is the column %q already", known), source.Sentence("оставьте один из них", "keep one of them"))
		default:
			t.columns[i], seen[known] = known, true
		}
	}
}

func (t *table) knows(needed ...string) bool {
	for _, name := range needed {
		found := false
		for _, column := range t.columns {
			found = found || column == name
		}
		if !found {
			t.report(t.pos(1, 1), "L107", source.Sentence("нет столбца «%s»", "the column %q is missing", name), source.Sentence("столбцы: %s", "the columns are %s", strings.Join(tableColumns, ", ")))
			return false
		}
	}
	return true
}

func (t *table) row(r *csv.Reader, cells []string) (row, bool) {
	before := len(t.problems)
	out := row{at: t.pos(r.FieldPos(0)), cells: map[string]string{}, places: map[string]source.Pos{}}
	for i, cell := range cells {
		cell, at := strings.TrimSpace(cell), t.pos(r.FieldPos(i))
		if cell == "" {
			continue
		}
		if i >= len(t.columns) || t.columns[i] == "" {
			t.report(at, "L103", source.Sentence("у ячейки «%s» нет столбца", "the cell %q has no column", shorten(cell)), source.Sentence("возьмите в кавычки то, в чём есть разделитель", "put in quotes what has a separator in it"))
			continue
		}
		if strings.ContainsAny(cell[:1], "=+-@") {
			t.report(at, "L104", source.Sentence("ячейка «%s» похожа на формулу", "the cell %q looks like a formula", shorten(cell)), source.Sentence("впишите само значение", "write the value itself"))
			continue
		}
		out.cells[t.columns[i]], out.places[t.columns[i]] = cell, at
	}
	for _, needed := range []string{"partner", "store"} {
		if len(out.cells) > 0 && out.cells[needed] == "" && len(t.problems) == before {
			t.report(out.at, "L107", source.Sentence("в строке нет «%s»", "the line has no %q", needed), source.Sentence("допишите", "add it"))
		}
	}
	return out, len(out.cells) > 0 && len(t.problems) == before
}

// list takes apart what one cell has several of.
func list(cell, by string) (all []string) {
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(by, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// isoDay reads a day as spreadsheets write it, too: 03.05.2026.
func isoDay(text string) string {
	if day, err := time.Parse("02.01.2006", text); err == nil {
		return day.Format(time.DateOnly)
	}
	return text
}
