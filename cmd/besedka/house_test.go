package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors orders the roots of the house: imports go to lower floors only. Bots
// and dialogs are neighbours who do not know each other.
var floors = map[string]int{
	"cmd": 6, "tools": 6, "web": 5, "bots": 4, "dialogs": 4, "flows": 3, "core": 2, "storage": 1, "locales": 0,
}

// pure packages compute and nothing else, and so do ours that they import.
var pure = []string{
	"flows", "flows/graph", "flows/schema", "flows/programme", "flows/templates", "dialogs", "dialogs/machine",
	"core/source", "core/expr", "core/chat", "core/fiscal", "core/campaign/rules", "core/product/catalogue", "core/partner/book", "core/prize/showcase", "core/letter/gsm", "core/calendar",
}

// rule is a law of the house in words, and whoever breaks it.
type rule struct {
	words    string
	breaches func(house) []string
}

var houseRules = []rule{
	{"only the prescribed roots hold packages: cmd, web, bots, dialogs, flows, core, storage, locales; tools beside them", house.strangers},
	{"imports run downward: cmd -> web -> {bots, dialogs} -> flows -> core -> storage; locales is a leaf that anybody may import", house.upward},
	{"adapters see bots and core/chat, and nothing else of either", house.nosyAdapters},
	{"pure packages, and ours that they import, use no net, os, math/rand or time.Now", house.impure},
	{"no dependency of a pure package is pgx or speaks to the network", house.impureDeps},
	{"time is given: core, flows, dialogs and bots never ask time.Now", house.clocks},
	{"pgx is imported in package storage and in files called store.go", house.sqlElsewhere},
	{"looplab/fsm is imported in dialogs/machine", house.machinesElsewhere},
	{"testing is imported by tests and by packages whose name ends in test", house.testingElsewhere},
	{"every package says in doc.go (a command in main.go) what lives in it", house.undocumented},
	{"nothing happens in init", house.inits},
}

func TestHouse(t *testing.T) {
	t.Parallel()
	h := readHouse(t)
	for _, r := range houseRules {
		t.Run(strings.ReplaceAll(r.words, "/", "."), func(t *testing.T) {
			for _, breach := range r.breaches(h) {
				t.Errorf("%s\n\trule: %s", breach, r.words)
			}
		})
	}
}

func root(pkg string) string {
	first, _, _ := strings.Cut(pkg, "/")
	return first
}

func (h house) strangers() (found []string) {
	for name := range h {
		if _, ok := floors[root(name)]; !ok {
			found = append(found, name)
		}
	}
	return found
}

func (h house) upward() (found []string) {
	for name, p := range h {
		for _, imported := range p.ours() {
			from, to := floors[root(name)], floors[root(imported)]
			if root(name) != root(imported) && from <= to || root(name) == "locales" {
				found = append(found, name+" imports "+imported)
			}
		}
	}
	return found
}

// adapter says whether a package of bots is one messenger: not the loops
// around them, nor the fakes and the suite that they are tested with.
func adapter(name string) bool {
	around := []string{"bots", "bots/gateway", "bots/botstest"}
	return root(name) == "bots" && !slices.Contains(around, name) && !strings.HasPrefix(name, "bots/fake")
}

func (h house) nosyAdapters() (found []string) {
	for name, p := range h {
		if !adapter(name) {
			continue
		}
		for _, imported := range p.ours() {
			own := strings.HasPrefix(imported, name+"/") || strings.HasPrefix(name, imported+"/")
			if (root(imported) == "core" || root(imported) == "bots") && imported != "core/chat" && !own {
				found = append(found, name+" imports "+imported)
			}
		}
	}
	return found
}

func (h house) impure() (found []string) {
	for name := range h.reach(pure) {
		for _, f := range h[name].files {
			for _, imported := range f.imports {
				if imported == "net" || strings.HasPrefix(imported, "net/http") || imported == "os" || strings.HasPrefix(imported, "os/") || strings.HasPrefix(imported, "math/rand") {
					found = append(found, f.path+" imports "+imported)
				}
			}
			if f.asksTime {
				found = append(found, f.path+" calls time.Now")
			}
		}
	}
	return found
}

func (h house) impureDeps() (found []string) {
	for _, name := range pure {
		for _, dep := range h[name].deps {
			if dep == "net" || dep == "net/http" || strings.HasPrefix(dep, "github.com/jackc/") {
				found = append(found, name+" depends on "+dep)
			}
		}
	}
	return found
}

func (h house) clocks() (found []string) {
	for name, p := range h {
		if !slices.Contains([]string{"core", "flows", "dialogs", "bots"}, root(name)) {
			continue
		}
		for _, f := range p.files {
			if f.asksTime {
				found = append(found, f.path+" calls time.Now")
			}
		}
	}
	return found
}

func (h house) sqlElsewhere() []string {
	return h.importers("github.com/jackc/pgx", func(name string, f file) bool {
		return root(name) == "storage" || path.Base(f.path) == "store.go"
	})
}

func (h house) machinesElsewhere() []string {
	return h.importers("github.com/looplab/fsm", func(name string, _ file) bool { return name == "dialogs/machine" })
}

func (h house) testingElsewhere() []string {
	return h.importers("testing", func(name string, _ file) bool { return strings.HasSuffix(name, "test") })
}

func (h house) undocumented() (found []string) {
	for name, p := range h {
		home := "doc.go"
		if p.command {
			home = "main.go"
		}
		if !slices.ContainsFunc(p.files, func(f file) bool { return f.documents && path.Base(f.path) == home }) {
			found = append(found, fmt.Sprintf("%s has no package comment in %s", name, home))
		}
	}
	return found
}

func (h house) inits() (found []string) {
	for _, p := range h {
		for _, f := range p.files {
			if f.inits {
				found = append(found, f.path+" declares init")
			}
		}
	}
	return found
}

// importers are the files that import something under prefix where they may
// not.
func (h house) importers(prefix string, may func(name string, f file) bool) (found []string) {
	for name, p := range h {
		for _, f := range p.files {
			for _, imported := range f.imports {
				if (imported == prefix || strings.HasPrefix(imported, prefix+"/")) && !may(name, f) {
					found = append(found, f.path+" imports "+imported)
				}
			}
		}
	}
	return found
}

// TestHouseRulesBite builds a house with one breach of every rule in it.
func TestHouseRulesBite(t *testing.T) {
	t.Parallel()
	one := func(name string, f file) house {
		f.path = cmp.Or(f.path, name+"/doc.go")
		f.documents = true
		return house{name: {files: []file{f}}}
	}
	tests := []struct {
		words string
		h     house
	}{
		{"only the prescribed roots", one("internal/util", file{})},
		{"imports run downward", one("core/receipt", file{imports: []string{"besedka/dialogs"}})},
		{"imports run downward", one("dialogs/runner", file{imports: []string{"besedka/bots"}})},
		{"imports run downward", one("locales", file{imports: []string{"besedka/storage"}})},
		{"adapters see", one("bots/telegram", file{imports: []string{"besedka/core/member"}})},
		{"adapters see", one("bots/telegram", file{imports: []string{"besedka/bots/gateway"}})},
		{"pure packages", one("core/fiscal", file{imports: []string{"math/rand/v2"}})},
		{"time is given", one("core/receipt", file{asksTime: true})},
		{"pgx is imported", one("core/receipt", file{imports: []string{"github.com/jackc/pgx/v5"}})},
		{"looplab/fsm", one("dialogs", file{imports: []string{"github.com/looplab/fsm"}})},
		{"testing is imported", one("core/receipt", file{imports: []string{"testing"}})},
		{"every package says", one("core/receipt", file{path: "core/receipt/store.go"})},
		{"nothing happens in init", one("core/receipt", file{inits: true})},
		{"no dependency of a pure", house{"flows": {deps: []string{"github.com/jackc/pgx/v5"}}}},
		{"pure packages", house{
			"flows": {files: []file{{imports: []string{"besedka/core/x"}}}}, "core/x": {files: []file{{asksTime: true}}},
		}},
	}
	for _, tt := range tests {
		i := slices.IndexFunc(houseRules, func(r rule) bool { return strings.HasPrefix(r.words, tt.words) })
		if got := houseRules[i].breaches(tt.h); len(got) != 1 {
			t.Errorf("rule %q finds %q, want one breach in %v", tt.words, got, tt.h)
		}
	}
}
