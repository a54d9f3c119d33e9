package staffgroup

import (
	"context"

	"besedka/core/support"
	"besedka/locales"
	"besedka/storage"
)

// word is one of the program's texts, in the language of the staff.
func (g *Group) word(key string) string { return g.Words().Text(key, nil) }

func (g *Group) with(key string, args locales.Args) string { return g.Words().Text(key, args) }

// named is a text about somebody of the staff.
func (g *Group) named(key, name string) string {
	return g.with(key, locales.Args{"name": locales.Text(name)})
}

// names are those of the staff, by number: one line each, whatever somebody calls
// themselves.
func (g *Group) names(ctx context.Context, q storage.Querier) (map[int64]string, error) {
	all, err := support.Names(ctx, q)
	for id, name := range all {
		all[id] = cut(oneLine(name), maxName)
	}
	return all, err
}
