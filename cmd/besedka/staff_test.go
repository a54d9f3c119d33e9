package main

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestStaffComeAndGo invites two people on the command line, revokes the token
// of one and disables the other.
func TestStaffComeAndGo(t *testing.T) {
	t.Parallel()
	at := []string{"--data", t.TempDir(), "--database-url", storagetest.DSN(t)}
	staff := func(args ...string) string {
		return besedka(t, append(append([]string{"staff"}, args...), at...)...)
	}
	token := staff("invite", "--name", "Вера", "--role", "registrar,reviewer")
	staff("invite", "--name", "Олег", "--role", "operator")
	if got, want := staff("list"), "1\tregistrar,reviewer\t1 tokens\tВера\n2\toperator\t1 tokens\tОлег\n"; got != want {
		t.Errorf("list: got %q, want %q", got, want)
	}
	link := staff("link", "1", "--public", "https://loyalty.example/")
	if want := "https://loyalty.example/console/invitation/"; !strings.HasPrefix(link, want) || len(link) < len(want)+40 {
		t.Errorf("link: %q", link)
	}
	if got, want := staff("roles", "1", "--role", "registrar,reviewer"), "roles\tstaff/1\tregistrar,reviewer\n"; got != want {
		t.Errorf("roles: got %q, want %q", got, want)
	}
	if got := staff("revoke", strings.TrimSpace(token)) + staff("revoke", "2"); got != "revoked\tstaff/1\nrevoked\tstaff/2\n" {
		t.Errorf("revoke: %q", got)
	}
	if got, want := staff("list"), "1\tregistrar,reviewer\t0 tokens\tВера\n2\toperator\tdisabled "; !strings.HasPrefix(got, want) {
		t.Errorf("list: got %q, want %q", got, want)
	}
}
