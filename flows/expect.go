package flows

import (
	"regexp"

	"besedka/core/expr"
	"besedka/core/source"
)

// Type is what a question expects.
type Type string

// The types and what they refuse an answer for, see Reasons.
const (
	TextType       Type = "text"
	NameType       Type = "name"
	IntType        Type = "int"
	YearType       Type = "year"
	ScaleType      Type = "scale"
	DateType       Type = "date"
	PhoneType      Type = "phone"
	EmailType      Type = "email"
	INNType        Type = "inn"
	RegexType      Type = "regex"
	DictionaryType Type = "dictionary"
	ChoiceType     Type = "choice"
	MultiType      Type = "multi"
	PhotoType      Type = "photo"
	DocumentType   Type = "document"
	ContactType    Type = "contact"
	LocationType   Type = "location"
)

// Reasons tells by type why an answer may be refused.
var Reasons = map[Type][]string{
	TextType:       {"not_text", "too_long"},
	NameType:       {"not_text", "not_a_name", "too_long"},
	IntType:        {"not_a_number", "too_small", "too_big"},
	YearType:       {"not_a_year", "too_early", "too_late"},
	ScaleType:      {"not_a_number", "too_small", "too_big"},
	DateType:       {"not_a_date", "no_such_date", "not_past", "not_future", "too_young", "too_old"},
	PhoneType:      {"not_a_phone"},
	EmailType:      {"not_an_email"},
	INNType:        {"not_an_inn", "no_such_inn"},
	RegexType:      {"not_text", "too_long", "no_match"},
	DictionaryType: {"not_text", "not_in_list"},
	ChoiceType:     {"no_such_option"},
	MultiType:      {"no_such_option", "too_few", "too_many"},
	PhotoType:      {"not_a_photo"},
	DocumentType:   {"not_a_document", "not_received"},
	ContactType:    {"not_a_phone", "not_own"},
	LocationType:   {"not_a_location", "too_long"},
}

var kinds = map[Type]expr.Kind{
	TextType: expr.Text, NameType: expr.Text, IntType: expr.Count, YearType: expr.Count, ScaleType: expr.Count,
	DateType: expr.Date, PhoneType: expr.Text, EmailType: expr.Text, INNType: expr.Text, RegexType: expr.Text,
	DictionaryType: expr.Text, ChoiceType: expr.Text, MultiType: expr.Texts, ContactType: expr.Text,
	LocationType: expr.Text,
}

// identifies says whether an answer of this type names a person directly.
func (t Type) identifies() bool {
	switch t {
	case NameType, PhoneType, ContactType, EmailType, INNType, LocationType:
		return true
	}
	return false
}

// Listed says whether the answers of this type are the buttons of the question.
func (t Type) Listed() bool { return t == ChoiceType || t == MultiType }

// Free says whether any words may be an answer of this type.
func (t Type) Free() bool {
	return t == TextType || t == NameType || t == RegexType || t == LocationType
}

// Expect is what answer a question takes.
type Expect struct {
	source.Pos
	Type    Type
	Min     int            // options of a multi
	Max     int            // characters of a text, name or regex; options of a multi
	Range   *Range         // of an int, year or scale
	Age     *Range         // whole years since a date, today
	Past    bool           // a date before today
	Future  bool           // a date after today
	Pattern *regexp.Regexp // the whole of an answer
	From    *List          // of a dictionary
	Done    Words          // of the button that ends a multi
}

// Range is From..To, both included.
type Range struct{ From, To int64 }
