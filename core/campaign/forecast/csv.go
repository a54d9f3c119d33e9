package forecast

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/source"
)

// required are the columns that a table must have, columns all that it may.
var (
	required = []string{"member", "purchased_at", "total"}
	ofLine   = []string{"category", "product", "gtin", "qty", "price", "sum"}
	columns  = slices.Concat(required, []string{"receipt", "discount", "inn", "partner", "store", "format", "segments"}, ofLine)
)

// badLine is the code of a table's problems.
const badLine = "forecast"

// maxLines bounds the goods of one receipt.
const maxLines = 5000

// ReadCSV reads past receipts from a table and gives each to add; a comma or a semicolon
// stands between columns, and the first line names them. A line is a receipt, or with
// the column receipt one of its goods, beside the others of it. Lines come in the order
// of purchase; times without an offset are of zone. With problems, told by line, what
// add was given is not all there is.
func ReadCSV(name string, text io.Reader, zone *time.Location, add func(rules.Facts) error) ([]*source.Problem, error) {
	t := &table{name: name, zone: zone, add: add}
	err := t.read(bufio.NewReader(text))
	return t.problems, err
}

// table is one that is being read.
type table struct {
	name     string
	zone     *time.Location
	add      func(rules.Facts) error
	rows     *csv.Reader
	row      []string
	column   map[string]int // by name
	lines    bool           // rows are goods
	open     *rules.Facts   // the receipt of which more rows may come
	id       string         // of the open one
	problems []*source.Problem
}

func (t *table) read(text *bufio.Reader) error {
	head, _ := text.Peek(4096)
	if strings.HasPrefix(string(head), "\ufeff") {
		_, _ = text.Discard(len("\ufeff")) // it was peeked at
	}
	t.rows = csv.NewReader(text)
	t.rows.ReuseRecord = true
	if first, _, _ := strings.Cut(string(head), "\n"); strings.Count(first, ";") > strings.Count(first, ",") {
		t.rows.Comma = ';'
	}
	more, err := t.next()
	if err != nil || !more || !t.header() {
		return err
	}
	for len(t.problems) < source.MaxProblems {
		more, err := t.next()
		if err == nil && more {
			err = t.take()
		}
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return t.close()
}

// next reads a row; false at the end, and at what is not CSV.
func (t *table) next() (more bool, err error) {
	t.row, err = t.rows.Read()
	bad, isBad := errors.AsType[*csv.ParseError](err)
	switch {
	case isBad:
		t.report(source.Pos{File: t.name, Line: bad.Line, Col: bad.Column}, source.Sentence("строка не читается", "the line cannot be read"),
			source.Sentence("столбцов столько же, сколько в первой строке; кавычки закрыты", "as many columns as the first line has, and quotes closed"))
		return false, nil
	case errors.Is(err, io.EOF) && t.column == nil:
		t.report(source.Pos{File: t.name, Line: 1, Col: 1}, source.Sentence("файл пуст", "the file is empty"), source.Sentence("первая строка: member,purchased_at,total", "its first line: member,purchased_at,total"))
		return false, nil
	case errors.Is(err, io.EOF):
		return false, nil
	}
	return err == nil, err
}

func (t *table) header() bool {
	t.column = map[string]int{}
	for i, name := range t.row {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := t.column[name]; twice || !slices.Contains(columns, name) {
			t.report(t.at(i), source.Sentence("нет столбца «%s» или он назван дважды", "there is no column %q, or it is named twice", name), source.Meant(name, columns))
		}
		t.column[name] = i
		t.lines = t.lines || slices.Contains(ofLine, name)
	}
	need := required
	if t.lines {
		need = append(slices.Clone(required), "receipt", "sum")
	}
	for _, name := range need {
		if _, ok := t.column[name]; !ok && len(t.problems) == 0 {
			t.report(t.at(0), source.Sentence("нет столбца «%s»", "the column %q is missing", name), source.Sentence("нужны: %s", "needed are: %s", strings.Join(need, ", ")))
		}
	}
	return len(t.problems) == 0
}

// take takes a row in.
func (t *table) take() error {
	f, ok := t.receipt()
	id := t.text("receipt")
	if !ok {
		return nil
	}
	if t.open != nil && id != "" && id == t.id {
		t.same(f)
	} else {
		if err := t.close(); err != nil {
			return err
		}
		if t.open != nil && f.Receipt.Purchased.Before(t.open.Receipt.Purchased) {
			t.report(t.in("purchased_at"), source.Sentence("покупка раньше, чем в строке выше", "the purchase is earlier than that of the line above"),
				source.Sentence("отсортируйте файл по purchased_at: бюджет кончается в порядке покупок", "sort the file by purchased_at: a budget ends in the order of purchases"))
		}
		t.open, t.id = &f, id
	}
	t.goods()
	return nil
}

// close gives the receipt of which no more rows come.
func (t *table) close() error {
	if t.open == nil || len(t.problems) > 0 || t.add == nil {
		return nil
	}
	return t.add(*t.open)
}

// same holds a row to the receipt that it says it is of.
func (t *table) same(f rules.Facts) {
	if had := t.open; had.Member.ID != f.Member.ID || !had.Receipt.Purchased.Equal(f.Receipt.Purchased) || had.Receipt.Total != f.Receipt.Total {
		t.report(t.in("receipt"), source.Sentence("строки чека «%s» спорят об участнике, времени или сумме", "lines of receipt %q disagree on the member, the time or the total", t.id),
			source.Sentence("в каждой строке чека пишите одни и те же", "write the same in every line of a receipt"))
	}
}

func (t *table) text(column string) string {
	i, ok := t.column[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(t.row[i])
}

// in is the place of a column in the row, at its beginning when it has none.
func (t *table) in(column string) source.Pos { return t.at(t.column[column]) }

func (t *table) at(column int) source.Pos {
	line, col := t.rows.FieldPos(column)
	return source.Pos{File: t.name, Line: line, Col: col}
}

func (t *table) report(at source.Pos, what, cure source.Text) {
	t.problems = append(t.problems, &source.Problem{Pos: at, Code: badLine, What: what, Cure: cure})
}
