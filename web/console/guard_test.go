package console

import "testing"

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
