package flows

import (
	"besedka/core/expr"
)

// Profile is what the programme asks of members, one schema for chat, web and
// desk.
type Profile struct {
	Fields []Field // in the order of the file
}

// Field is one thing to know about a member.
type Field struct {
	Name    string
	Type    Type
	Kind    expr.Kind
	Sealed  bool   // a direct identifier; else a fact for segments
	Consent string // kind of consent needed before it is asked, "" for none
	Title   Words
	Options []Option // of a choice
}

// Option is one value of a choice and its title.
type Option struct {
	Name  string
	Title Words
}

// Names are the fields by which people are called, in the order of the profile.
func (p Profile) Names() (names []string) {
	for _, f := range p.Fields {
		if f.Type == NameType {
			names = append(names, f.Name)
		}
	}
	return names
}

// Field returns the field of that name.
func (p Profile) Field(name string) (Field, bool) {
	for _, f := range p.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

func (p Profile) names() []string {
	names := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		names[i] = f.Name
	}
	return names
}
