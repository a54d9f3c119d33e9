package intake

import (
	"slices"
	"strings"
)

// What a column may be, beside a field of the profile; "" is left out.
const (
	Phone    = "phone"
	Card     = "card"
	External = "external" // the number of a person elsewhere: told in the report, and nowhere kept
	Agreed   = "agreed"   // the day of the consent
)

// own are those columns, with the words that head them.
var own = map[string][]string{
	Phone:    {"phone", "mobile", "tel", "телефон", "тел", "номер телефона", "мобильный", "мобильный телефон", "сотовый"},
	Card:     {"card", "card number", "карта", "номер карты", "бонусная карта", "карта лояльности"},
	External: {"id", "external id", "external", "внешний id", "id клиента", "код клиента", "код"},
	Agreed:   {"consent date", "consent", "дата согласия", "согласие от"},
}

// Own are the columns that are no fields, in the order of a choice.
var Own = []string{Phone, Card, Agreed, External}

// fieldPrefix stands before the name of a field: a profile may call one as it likes.
const fieldPrefix = "field:"

// Column is the column that tells a field.
func Column(field string) string { return fieldPrefix + field }

// usual are words that people head fields with, whatever the profile calls them.
var usual = map[string][]string{
	"name":     {"name", "имя", "фио", "full name", "ф.и.о.", "клиент"},
	"birthday": {"birthday", "birth date", "date of birth", "день рождения", "дата рождения", "др"},
	"sex":      {"sex", "gender", "пол"},
	"city":     {"city", "town", "город"},
}

// Columns are all that a table may tell.
func (t Terms) Columns() []string {
	all := slices.Clone(Own)
	for _, f := range t.Fields {
		all = append(all, Column(f.Name))
	}
	return all
}

// recognise says what columns are by what heads them; of two alike the first.
func (t Terms) recognise(head []string) []string {
	known := map[string]string{}
	for _, f := range t.Fields {
		for _, word := range slices.Concat([]string{f.Name}, f.Titles, usual[f.Name]) {
			known[heading(word)] = Column(f.Name)
		}
	}
	for column, words := range own {
		for _, word := range words {
			known[word] = column
		}
	}
	columns := make([]string, len(head))
	for i, cell := range head {
		if column := known[heading(cell)]; column != "" && !slices.Contains(columns, column) {
			columns[i] = column
		}
	}
	return columns
}

// heading is a word as it compares.
func heading(word string) string {
	word = strings.NewReplacer("_", " ", "ё", "е", "№", "номер ").Replace(strings.ToLower(word))
	return strings.Join(strings.Fields(strings.Trim(word, " :*.")), " ")
}

// fit says whether somebody may mean columns so: as many as the first line has, nothing twice,
// and people told by something.
func (t Terms) fit(columns []string, head int) bool {
	if len(columns) != head {
		return false
	}
	all := t.Columns()
	for i, c := range columns {
		if c != "" && (!slices.Contains(all, c) || slices.Contains(columns[:i], c)) {
			return false
		}
	}
	return told(columns)
}

// told says whether columns tell who people are.
func told(columns []string) bool {
	return slices.Contains(columns, Phone) || slices.Contains(columns, Card)
}
