package ui

import "cmp"

// Input is what Field asks for.
type Input struct {
	Name, Label string
	Type        string // text by default
	Value       string
	Hint        string
	Trouble     string // what is wrong with the value, and how to mend it
	Complete    string // autocomplete, as HTML names it
	Mode        string // inputmode: numeric
	Required    bool
}

// ID is the element's: one name is asked once on a page.
func (f Input) ID() string { return "field-" + f.Name }

func (f Input) kind() string { return cmp.Or(f.Type, "text") }
func (f Input) note() string { return cmp.Or(f.Trouble, f.Hint) }
