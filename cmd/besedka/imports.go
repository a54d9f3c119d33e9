package main

import (
	"maps"
	"slices"

	"besedka/core/card"
	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/seal"
	"besedka/flows"
	"besedka/storage"
)

// newImports makes members of lists by what the programme asks people.
func newImports(db *storage.DB, keys *seal.Keyring, members *member.Service, programme func() *flows.Programme) *intake.Service {
	return &intake.Service{DB: db, Keys: keys, Members: members, Terms: func() intake.Terms { return importTerms(programme()) }}
}

func importTerms(p *flows.Programme) intake.Terms {
	t := intake.Terms{Zone: p.Location, Documents: map[consent.Kind]string{}}
	for kind, doc := range p.Consents {
		t.Documents[consent.Kind(kind)] = doc.Version
	}
	for _, c := range p.Cards {
		t.Cards = append(t.Cards, card.Type{ID: c.ID, Prefix: c.Prefix})
	}
	for _, f := range p.Profile.Written() {
		t.Fields = append(t.Fields, importField(f))
	}
	return t
}

// importField is a field with all that a table may call it and what is chosen in it.
func importField(f flows.Field) intake.Field {
	named := map[string]string{}
	for _, o := range f.Options {
		for _, title := range append(slices.Collect(maps.Values(o.Title)), o.Name) {
			named[title] = o.Name
		}
	}
	return intake.Field{
		Name: f.Name, Titles: slices.Collect(maps.Values(f.Title)), Sealed: f.Sealed, Telling: f.Telling(), Called: f.Type == flows.NameType, Day: f.Type == flows.DateType,
		Options: named, Takes: f.Takes,
	}
}
