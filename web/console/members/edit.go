package members

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"besedka/core/member"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// maxAnswer is how long an answer in words may be, in characters; a name's is a form's own.
const maxAnswer = 100

// form is the profile as it is edited. A field that is left empty stays as it is; what
// identifies its member is not shown.
type form struct {
	person
	Fields []flows.Field
	Known  map[string]string // by field; of a sealed one only that it is known
}

// editable are the fields of the profile that the staff may write: the rest is answered in
// surveys.
func editable(p *flows.Programme) (fields []flows.Field) {
	for _, f := range p.Profile.Fields {
		if f.Type == flows.NameType || f.Type == flows.DateType || f.Type == flows.ChoiceType || f.Type == flows.TextType && !f.Sealed {
			fields = append(fields, f)
		}
	}
	return fields
}

func (p *pages) showEdit(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	f := form{person: person{Member: m, Programme: p.Programme()}, Fields: editable(p.Programme())}
	if f.Name, err = p.Members.NameOf(v.R.Context(), m.ID, p.Programme().Profile.Names()); err != nil {
		return err
	}
	told, err := p.Members.AnswersOf(v.R.Context(), m.ID)
	if err != nil {
		return err
	}
	f.Known = map[string]string{}
	for _, field := range f.Fields {
		if text := told[field.Name]; field.Sealed && text != "" {
			f.Known[field.Name] = member.MaskName(text)
		} else {
			f.Known[field.Name] = text
		}
	}
	if err := p.note(v, "members.read", object(m.ID), nil); err != nil {
		return err
	}
	return v.Show(editPage(v.View, f))
}

// edit writes what the form says anew.
func (p *pages) edit(ctx context.Context, tx storage.Tx, a asked) error {
	e := member.Edit{Member: a.id, Staff: a.By.ID}
	for _, f := range editable(p.Programme()) {
		text := strings.TrimSpace(a.R.PostForm.Get("field-" + f.Name))
		if a.R.PostForm.Get("forget-"+f.Name) == "yes" {
			text = ""
		} else if text == "" {
			continue
		} else if !fits(f, text, a.Now.In(a.Zone)) {
			return errField
		}
		telling := f.Type == flows.NameType || f.Type == flows.DateType
		e.Changes = append(e.Changes, member.Written{Field: f.Name, Text: text, Sealed: f.Sealed, Telling: telling})
	}
	return p.Members.EditTx(ctx, tx, a.Now, e)
}

// fits says whether a text may answer a field.
func fits(f flows.Field, text string, now time.Time) bool {
	if len([]rune(text)) > maxAnswer || strings.ContainsFunc(text, unicode.IsControl) {
		return false
	}
	switch f.Type {
	case flows.NameType:
		return isName(text)
	case flows.DateType:
		day, err := time.Parse(time.DateOnly, text)
		return err == nil && day.Year() >= 1900 && !day.After(now)
	case flows.ChoiceType:
		return slices.ContainsFunc(f.Options, func(o flows.Option) bool { return o.Name == text })
	}
	return true
}

// isName is what a script takes for a name, too.
func isName(text string) bool {
	strange := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsSpace(r) && !strings.ContainsRune("-'’.", r)
	}
	return strings.ContainsFunc(text, unicode.IsLetter) && !strings.ContainsFunc(text, strange)
}
