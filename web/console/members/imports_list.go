package members

import (
	"fmt"
	"slices"
	"strings"

	"besedka/core/consent"
	"besedka/core/member/intake"
	"besedka/web/console/ui"
)

// list is what the page of one shows.
type list struct {
	intake.Intake
	Terms   intake.Terms
	Titles  map[string]string // of columns, in the reader's language
	First   map[intake.Class][]intake.Row
	Trouble string
	Typed   map[string][]string
}

func (l list) watch(mark string) ui.Watch {
	return ui.Watch{Topic: fmt.Sprintf("import:%d", l.ID), Mark: mark}
}

// documents are those that the programme has, in the order of a card.
func (l list) documents() (all []string) {
	for _, k := range kinds {
		if l.Terms.Documents[k] != "" {
			all = append(all, string(k))
		}
	}
	return all
}

// typed says whether a box was ticked when the form did not do; personal data begin so.
func (l list) ticked(name, value string) bool {
	if l.Trouble == "" {
		return value == string(consent.PersonalData)
	}
	return slices.Contains(l.Typed[name], value)
}

// text is what was written in a field when the form did not do.
func (l list) text(name string) string { return strings.Join(l.Typed[name], "") }

// column is what a column is, as it was told last.
func (l list) column(i int) string {
	if typed := l.Typed["column"]; i < len(typed) {
		return typed[i]
	}
	return l.Columns[i]
}

// open says whether what the columns are may still be told.
func (l list) open() bool {
	return l.RanAt == nil && l.Head != nil && (l.State == intake.Uploaded || l.State == intake.Checked)
}

// done is how many lines the state's work is done of.
func (l list) done() int {
	if l.RanAt != nil {
		return l.Figures.Done
	}
	return l.Figures.Rows() - l.Figures.Unseen
}

// whole is how many there are to do.
func (l list) whole() int {
	if l.RanAt != nil {
		return l.Figures.New + l.Figures.Known
	}
	return l.Figures.Rows()
}

func importTone(s intake.State) ui.Tone {
	switch s {
	case intake.Done:
		return ui.OK
	case intake.Uploaded, intake.Stopped:
		return ui.Warn
	}
	return ui.Plain
}

func classTone(c intake.Class) ui.Tone {
	switch c {
	case intake.New, intake.Known:
		return ui.OK
	case intake.Doubtful:
		return ui.Warn
	}
	return ui.Bad
}

// grounds begin with the one that was chosen when the form did not do: it stays chosen.
func (l list) grounds() []string {
	all := []string{}
	for _, g := range intake.Grounds {
		all = append(all, string(g))
	}
	if i := slices.Index(all, l.text("ground")); i > 0 {
		all[0], all[i] = all[i], all[0]
	}
	return all
}
