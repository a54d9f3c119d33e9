package staffgroup

import "besedka/locales"

// word is one of the program's texts, in the language of the staff.
func (g *Group) word(key string) string { return g.Words().Text(key, nil) }

func (g *Group) with(key string, args locales.Args) string { return g.Words().Text(key, args) }

// named is a text about somebody of the staff.
func (g *Group) named(key, name string) string {
	return g.with(key, locales.Args{"name": locales.Text(name)})
}
