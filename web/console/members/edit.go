package members

import (
	"context"
	"net/url"
	"strings"

	"besedka/core/member"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// form is the profile as it is edited, with what was written when that did not do. A field that is left empty stays as it is; what
// identifies its member is not shown.
type form struct {
	person
	Fields []flows.Field
	Known  map[string]string // by field; of a sealed one only that it is known
	Typed  url.Values
}

func (p *pages) showEdit(v *console.Visit) error {
	m, err := p.memberOf(v)
	if err != nil {
		return err
	}
	f, err := p.form(v.R.Context(), m)
	if err != nil {
		return err
	}
	if err := p.note(v, "members.read", object(m.ID), nil); err != nil {
		return err
	}
	return v.Show(editPage(v.View, f))
}

// editAgain shows the form with why nothing was written.
func (p *pages) editAgain(v *console.Visit, m member.Member, trouble string) error {
	f, err := p.form(v.R.Context(), m)
	if err != nil {
		return err
	}
	f.Trouble, f.Typed = trouble, v.R.PostForm
	return v.ShowAgain(editPage(v.View, f))
}

func (p *pages) form(ctx context.Context, m member.Member) (f form, err error) {
	f = form{person: person{Member: m, Programme: p.Programme()}, Fields: p.Programme().Profile.Written()}
	if f.Name, err = p.Members.NameOf(ctx, m.ID, p.Programme().Profile.Names()); err != nil {
		return f, err
	}
	told, err := p.Members.AnswersOf(ctx, m.ID)
	if err != nil {
		return f, err
	}
	f.Known = map[string]string{}
	for _, field := range f.Fields {
		if text := told[field.Name]; field.Sealed && text != "" {
			f.Known[field.Name] = member.MaskName(text)
		} else {
			f.Known[field.Name] = text
		}
	}
	return f, nil
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
