package console

import (
	"testing"

	"besedka/core/staff"
	"besedka/web/console/ui"
)

// TestBarOfAPartner: who works for some partners is not offered what is of all of them.
func TestBarOfAPartner(t *testing.T) {
	t.Parallel()
	s := &server{Deps: Deps{Sections: []Section{Audit(nil)}}}
	for _, partners := range [][]string{nil, {"lavka"}} {
		v := &Visit{View: ui.View{By: staff.Person{ID: 1, Roles: []staff.Role{staff.Owner}, Partners: partners}}}
		if open := s.sections(v); (len(open) == 1) != (partners == nil) {
			t.Errorf("who works for %q is offered %v", partners, open)
		}
	}
}

// TestAnOpenPageIsNotAPersonWhoWorks: what pages ask for by themselves keeps no session.
func TestAnOpenPageIsNotAPersonWhoWorks(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/console/events":                  true,
		"/console/inbox/7/presence":        true,
		"/console/scripts/drafts/7/state":  true,
		"/console/scripts/drafts/7/graph":  true, // with how many wait, every few seconds
		"/console/scripts/drafts/7/":       false,
		"/console/scripts/drafts/7/check":  false,
		"/console/inbox/7":                 false,
		"/console/scripts/drafts/7/talk":   false,
		"/console/scripts/publications/17": false,
	} {
		if got := unmanned(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
