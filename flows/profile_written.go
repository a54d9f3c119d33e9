package flows

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// maxNoted is how long an answer may be that the staff write down, in characters.
const maxNoted = 100

// Written are the fields whose answers the staff may write down for a member: what they are
// called, days, what is chosen. The rest is answered in chats and surveys.
func (p Profile) Written() (fields []Field) {
	for _, f := range p.Fields {
		if f.Type == NameType || f.Type == DateType || f.Type == ChoiceType || f.Type == TextType && !f.Sealed {
			fields = append(fields, f)
		}
	}
	return fields
}

// Telling says whether members may be known by the field: a name, or a day.
func (f Field) Telling() bool { return f.Type == NameType || f.Type == DateType }

// Takes says whether a text answers the field as a chat would take it; today is the
// programme's.
func (f Field) Takes(text string, today time.Time) bool {
	if len([]rune(text)) > maxNoted || strings.ContainsFunc(text, unicode.IsControl) {
		return false
	}
	switch f.Type {
	case NameType:
		return isName(text)
	case DateType:
		day, err := time.Parse(time.DateOnly, text)
		return err == nil && day.Year() >= 1900 && !day.After(today)
	case ChoiceType:
		return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Name == text })
	}
	return true
}

func isName(text string) bool {
	strange := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsSpace(r) && !strings.ContainsRune("-'’.", r)
	}
	return strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, strange)
}
