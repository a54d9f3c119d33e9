package topup

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"besedka/core/ledger"
	"besedka/core/source"
)

// Limits of a file.
const (
	MaxLines  = 100_000
	maxReason = 200 // characters
	badLine   = "top_up"
)

// A File is a checked file of top-ups.
type File struct {
	Hash  string // of its bytes: with the line, the key of a top-up
	Lines []Line
}

// Line is one top-up of a file.
type Line struct {
	At       source.Pos // its first column
	Member   int64      // 0 when they are named by Phone
	Phone    string
	Currency string
	Amount   int64 // minor units
	Reason   string
}

// columns are what a file may have; amount and one of the first two it must.
var columns = []string{"member", "phone", "amount", "currency", "reason"}

// Parse reads a CSV file: a header with member (a number) or phone, amount, and if it
// likes currency and reason; a comma or a semicolon between columns. terms are as in
// Service. With problems, told by line, nothing of the file is to be given.
func Parse(name string, text []byte, terms func(string) (Terms, bool)) (File, []*source.Problem) {
	sum := sha256.Sum256(text)
	p := &parser{name: name, terms: terms, file: File{Hash: hex.EncodeToString(sum[:])}}
	p.parse(bytes.TrimPrefix(text, []byte("\ufeff")))
	return p.file, p.problems
}

type parser struct {
	name     string
	terms    func(string) (Terms, bool)
	file     File
	problems []*source.Problem
	column   map[string]int // by name
	row      []string
	rows     *csv.Reader
}

func (p *parser) parse(text []byte) {
	p.rows = csv.NewReader(bytes.NewReader(text))
	if head, _, _ := bytes.Cut(text, []byte("\n")); bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		p.rows.Comma = ';'
	}
	if !utf8.Valid(text) {
		p.report(source.Pos{File: p.name, Line: 1, Col: 1}, source.Sentence("это не UTF-8", "it is not UTF-8"), source.Sentence("сохраните файл как CSV UTF-8", "save the file as CSV UTF-8"))
		return
	}
	if !p.next() || !p.header() {
		return
	}
	for p.next() {
		if len(p.file.Lines) == MaxLines || len(p.problems) >= source.MaxProblems {
			p.report(p.at(0), source.Sentence("строк больше %d или ошибок слишком много", "more than %d lines, or too many mistakes", MaxLines), source.Sentence("разделите файл", "split the file"))
			return
		}
		p.line()
	}
}

// next reads a row; false at the end, and at what is not CSV.
func (p *parser) next() bool {
	row, err := p.rows.Read()
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		p.report(source.Pos{File: p.name, Line: bad.Line, Col: bad.Column}, source.Sentence("строка не читается", "the line cannot be read"),
			source.Sentence("столбцов столько же, сколько в первой строке; кавычки закрыты", "as many columns as the first line has, and quotes closed"))
		return false
	}
	if errors.Is(err, io.EOF) && p.column == nil {
		p.report(source.Pos{File: p.name, Line: 1, Col: 1}, source.Sentence("файл пуст", "the file is empty"), source.Sentence("первая строка: member,amount,reason", "its first line: member,amount,reason"))
	}
	p.row = row
	return err == nil
}

func (p *parser) header() bool {
	p.column = map[string]int{}
	for i, name := range p.row {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := p.column[name]; twice || !slices.Contains(columns, name) {
			p.report(p.at(i), source.Sentence("нет столбца «%s» или он назван дважды", "there is no column %q, or it is named twice", name), source.Meant(name, columns))
		}
		p.column[name] = i
	}
	_, member := p.column["member"]
	_, phone := p.column["phone"]
	if _, amount := p.column["amount"]; !amount || member == phone {
		p.report(p.at(0), source.Sentence("неясно, кому и сколько", "it is not clear whom and how much"), source.Sentence("нужны amount и один из member и phone", "amount is needed, and one of member and phone"))
	}
	return len(p.problems) == 0
}

func (p *parser) line() {
	l := Line{At: p.at(0), Phone: p.text("phone"), Currency: p.text("currency"), Reason: p.text("reason")}
	if l.Currency == "" {
		l.Currency = ledger.Bonus
	}
	if _, named := p.column["member"]; named {
		if l.Member, _ = strconv.ParseInt(p.text("member"), 10, 64); l.Member < 1 {
			p.report(p.in("member"), source.Sentence("«%s» - не номер участника", "%q is not a member's number", p.text("member")), source.Sentence("номер - целое число; его говорит besedka members find", "it is a whole number: besedka members find tells it"))
		}
	}
	terms, known := p.terms(l.Currency)
	if !known {
		p.report(p.in("currency"), source.Sentence("в программе нет валюты «%s»", "the programme has no currency %q", l.Currency), source.Sentence("сотрите столбец, чтобы начислить бонусы", "delete the column to give bonuses"))
		return
	}
	var ok bool
	if l.Amount, ok = Amount(p.text("amount"), terms.Scale); !ok {
		p.report(p.in("amount"), source.Sentence("«%s» не начислить", "%q cannot be given", p.text("amount")), source.Sentence("пишите число больше нуля, после запятой не больше знаков: %d", "write a number above zero, with at most this many decimals: %d", terms.Scale))
	}
	if utf8.RuneCountInString(l.Reason) > maxReason || strings.Contains(l.Reason, "\x00") {
		p.report(p.in("reason"), source.Sentence("причина длиннее %d знаков", "the reason is longer than %d characters", maxReason), source.Sentence("сократите: её прочтёт участник", "shorten it: the member will read it"))
	}
	p.file.Lines = append(p.file.Lines, l)
}

func (p *parser) text(column string) string {
	i, ok := p.column[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(p.row[i])
}

// in is the place of a column in the row, at its beginning when it has none.
func (p *parser) in(column string) source.Pos { return p.at(p.column[column]) }

func (p *parser) at(column int) source.Pos {
	line, col := p.rows.FieldPos(column)
	return source.Pos{File: p.name, Line: line, Col: col}
}

func (p *parser) report(at source.Pos, what, cure source.Text) {
	p.problems = append(p.problems, &source.Problem{Pos: at, Code: badLine, What: what, Cure: cure})
}

// MaxUnits bounds one top-up, in minor units: sums of many of them have room in int64,
// so that nobody's next points are too many to be written down.
const MaxUnits = 1_000_000_000_000

// Amount reads 50, 50.5 or 50,50 as minor units of a scale; false for what is not
// above zero, too fine or too much.
func Amount(text string, scale int) (int64, bool) {
	whole, fine, cut := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	if cut && fine == "" || len(fine) > scale || strings.Trim(whole+fine, "0123456789") != "" {
		return 0, false
	}
	minor, err := strconv.ParseInt(whole+fine+strings.Repeat("0", scale-len(fine)), 10, 64)
	return minor, err == nil && whole != "" && minor > 0 && minor <= MaxUnits
}
