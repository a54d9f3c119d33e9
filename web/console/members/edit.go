package members

import (
	"context"
	"strings"

	"besedka/core/member"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// form is the profile as it is edited. A field that is left empty stays as it is; what
// identifies its member is not shown.
type form struct {
	person
	Fields []flows.Field
	Known  map[string]string // by field; of a sealed one only that it is known
}

func (p *pages) showEdit(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	f := form{person: person{Member: m, Programme: p.Programme()}, Fields: p.Programme().Profile.Written()}
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
	for _, f := range p.Programme().Profile.Written() {
		text := strings.TrimSpace(a.R.PostForm.Get("field-" + f.Name))
		if a.R.PostForm.Get("forget-"+f.Name) == "yes" {
			text = ""
		} else if text == "" {
			continue
		} else if !f.Takes(text, a.Now.In(a.Zone)) {
			return errField
		}
		e.Changes = append(e.Changes, member.Written{Field: f.Name, Text: text, Sealed: f.Sealed, Telling: f.Telling()})
	}
	return p.Members.EditTx(ctx, tx, a.Now, e)
}
