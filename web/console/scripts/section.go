package scripts

import (
	"net/http"

	"besedka/core/staff"
	"besedka/web/author"
	"besedka/web/console"
	"besedka/web/studio"
)

// Deps is what the section stands on.
type Deps struct {
	Studio *studio.Studio
	Author author.Deps // of the pages that files are written on
}

// pages serves the section.
type pages struct {
	Deps
	desks desks
}

const home = "/console/scripts"

// Section is the scripts of the console.
func Section(d Deps) console.Section {
	d.Author.Shapes = author.Learn(d.Author.Vocabulary)
	p := &pages{Deps: d}
	reads := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.ReadScripts, Serve: serve}
	}
	publishes := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.Publish, Serve: serve}
	}
	return console.Section{
		Name: "scripts",
		Body: author.MaxBody,
		Routes: []console.Route{
			reads(http.MethodGet, "", p.showHome),
			reads(http.MethodGet, "/diff", p.showDiff),
			reads(http.MethodGet, "/publications/{id}", p.showPublication),
			publishes(http.MethodPost, "/publications/{id}", p.goBack),
			reads(http.MethodGet, "/live/{rest...}", p.live),
			reads(http.MethodPost, "/live/{rest...}", p.live), // its answers change nothing
			publishes(http.MethodPost, "/drafts", p.open),
			publishes(http.MethodGet, "/drafts/{id}/{rest...}", p.draft),
			publishes(http.MethodPost, "/drafts/{id}/{rest...}", p.draft),
			publishes(http.MethodGet, "/drafts/{id}/sheet", p.showSheet),
			publishes(http.MethodPost, "/drafts/{id}/sheet", p.publish),
			publishes(http.MethodPost, "/drafts/{id}/rebase", p.rebase),
			publishes(http.MethodPost, "/drafts/{id}/close", p.close),
		},
	}
}
