package console_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/sse"
)

// TestHeaders: no page stays in a browser, none runs a script of its own, and no other
// site makes a browser ask in somebody's name.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	c := s.Client(s.SignIn("Вера", staff.Owner))
	for _, page := range []string{"/console", "/console/signin", "/console/account", "/console/audit", "/console/none", "/console/ui"} {
		resp, err := c.Get(s.URL + page)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if policy := resp.Header.Get("Content-Security-Policy"); err != nil || !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %q, %v", page, policy, err)
		}
		if got := resp.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", page, got)
		}
		for _, inline := range []string{"<style", " style=", " onclick=", "<script>"} {
			if bytes.Contains(body, []byte(inline)) {
				t.Errorf("%s: %s in the page", page, inline)
			}
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/console/signout", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site signs people out: %d", resp.StatusCode)
	}
}

// TestReadingChangesNothing: whoever follows links, as crawlers of messengers do with
// every link they see, leaves everything as it was.
func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	link := invitation(t, s, "Вера", staff.Owner)
	c := s.Client(s.SignIn("Олег", staff.Owner))
	before := everything(t, s)
	for _, r := range append(console.OwnRoutes(), audit(s)[0].Routes...) {
		if r.Method == http.MethodGet && r.Path != "/console/events" {
			ask(t, c, http.MethodGet, s.URL+strings.NewReplacer("{$}", "", "{token}", link[strings.LastIndex(link, "/")+1:]).Replace(r.Path))
		}
	}
	if after := everything(t, s); before != after {
		t.Errorf("reading has changed\n%s\ninto\n%s", before, after)
	}
}

// everything is a digest of all that the staff's tables hold.
func everything(t *testing.T, s *consoletest.Stage) string {
	t.Helper()
	digest := ""
	for _, table := range []string{"staff", "staff_session", "staff_invitation", "staff_passkey", "staff_challenge", "staff_password", "staff_recovery", "staff_try", "audit", "idempotency"} {
		rows, err := storage.Value[string](t.Context(), s.DB, `select coalesce(md5(string_agg(r::text, ',' order by r::text)), '') from `+table+` r`)
		if err != nil {
			t.Fatal(err)
		}
		digest += table + " " + rows + "\n"
	}
	return digest
}

// TestCookies: over HTTPS none that another host of the domain could set or read.
func TestCookies(t *testing.T) {
	t.Parallel()
	for public, name := range map[string]string{"": "besedka_staff", "https://loyalty.example": "__Host-besedka_staff"} {
		s := consoletest.OpenWith(t, consoletest.Stage{Public: public, Demo: true}, audit)
		resp := ask(t, s.Client(nil), http.MethodPost, invitation(t, s, "Вера", staff.Owner)+"/look")
		i := slices.IndexFunc(resp.Cookies(), func(c *http.Cookie) bool { return c.Name == name })
		if i < 0 || resp.StatusCode != http.StatusSeeOther {
			t.Fatalf("%q: %d %v", public, resp.StatusCode, resp.Cookies())
		}
		c := resp.Cookies()[i]
		if !c.HttpOnly || c.Secure != (public != "") || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%q: %+v", public, c)
		}
	}
}

// TestOnlyADemonstrationIsLookedAt without setting anything up.
func TestOnlyADemonstrationIsLookedAt(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	link := invitation(t, s, "Вера", staff.Owner)
	if resp := ask(t, s.Client(nil), http.MethodPost, link+"/look"); resp.StatusCode != http.StatusNotFound || len(resp.Cookies()) != 0 {
		t.Errorf("%d %v", resp.StatusCode, resp.Cookies())
	}
}

// TestSignInRenewsTheSession: who knew the old one is left outside.
func TestSignInRenewsTheSession(t *testing.T) {
	t.Parallel()
	s := consoletest.OpenWith(t, consoletest.Stage{Demo: true}, audit)
	old := s.SignIn("Вера", staff.Owner)
	link := invitation(t, s, "Олег", staff.Owner)
	if resp := ask(t, s.Client(old), http.MethodPost, link+"/look"); resp.StatusCode != http.StatusSeeOther || resp.Cookies()[0].Value == old.Value {
		t.Fatalf("%d %v", resp.StatusCode, resp.Cookies())
	}
	if resp := ask(t, s.Client(old), http.MethodGet, s.URL+"/console/account"); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("the old session opens the page: %d", resp.StatusCode)
	}
}

// TestNobodyIsSentElsewhere by a link to the sign-in page that somebody prepared.
func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	c := s.Client(s.SignIn("Вера", staff.Owner))
	for to, want := range map[string]string{
		"/console/audit?before=7": "/console/audit?before=7", "https://evil.example": "/console", "//evil.example": "/console",
		"/console/..//evil.example": "/console", "/console/\\evil.example": "/console", "/consolation": "/console", "": "/console",
	} {
		if got := ask(t, c, http.MethodGet, s.URL+"/console/signin?to="+url.QueryEscape(to)).Header.Get("Location"); got != want {
			t.Errorf("to %q: sent to %q, want %q", to, got, want)
		}
	}
}

// TestByName: who has come by the number of this machine goes on by its name, for which
// browsers have passkeys.
func TestByName(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	number := strings.Replace(s.URL, "localhost", "127.0.0.1", 1)
	if got, want := ask(t, s.Client(nil), http.MethodGet, number+"/console/signin").Header.Get("Location"), s.URL+"/console/signin"; got != want {
		t.Errorf("sent to %q, want %q", got, want)
	}
}

// TestStreamsOfASessionAreBounded, and places are free again when pages are closed.
func TestStreamsOfASessionAreBounded(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	cookie := s.SignIn("Вера", staff.Owner)
	for range sse.MaxOfSession {
		_, leave := listen(t, s, cookie, "0", "")
		defer leave()
	}
	if got := ask(t, s.Client(cookie), http.MethodGet, s.URL+"/console/events?topic=board&mark=0").StatusCode; got != http.StatusTooManyRequests {
		t.Errorf("one more: %d", got)
	}
	_, leave := listen(t, s, s.SignIn("Олег", staff.Owner), "0", "")
	leave()
}

// TestOwnSessions: a person ends their other session and nobody else's, and changes how
// they sign in only while they have just signed in.
func TestOwnSessions(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	here, other := s.SignIn("Вера", staff.Owner), s.SignIn("Олег", staff.Owner)
	end := func(id string) int {
		resp, err := s.Client(here).PostForm(s.URL+"/console/account/session/end", url.Values{"key": {"k" + id}, "id": {id}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := end("2"); got != http.StatusSeeOther { // says nothing of whose it is
		t.Errorf("another's session: %d", got)
	}
	if got := ask(t, s.Client(other), http.MethodGet, s.URL+"/console").StatusCode; got != http.StatusOK {
		t.Errorf("another's session has ended: %d", got)
	}
	if _, err := s.DB.Exec(t.Context(), `update staff_session set started_at = started_at - interval '16 minutes' where id = 1`); err != nil {
		t.Fatal(err)
	}
	for _, act := range []string{"passkey/begin", "passkey", "passkey/remove", "password", "codes"} {
		if got := ask(t, s.Client(here), http.MethodPost, s.URL+"/console/account/"+act).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s a while after signing in: %d", act, got)
		}
	}
	if got := end("1"); got != http.StatusSeeOther {
		t.Errorf("one's own session: %d", got)
	}
	if got := ask(t, s.Client(here), http.MethodGet, s.URL+"/console/account").StatusCode; got != http.StatusSeeOther {
		t.Errorf("it goes on after its end: %d", got)
	}
}

// TestTooManyTries tells who tries, on the page they are on.
func TestTooManyTries(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	try := func() string {
		resp, err := s.Client(nil).PostForm(s.URL+"/console/signin", url.Values{"login": {"nobody"}, "password": {"guess"}, "code": {"000000"}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if _ = resp.Body.Close(); err != nil || resp.StatusCode != http.StatusUnprocessableEntity {
			t.Fatal(resp.StatusCode, err)
		}
		return string(body)
	}
	for range 10 {
		if page := try(); !strings.Contains(page, "Не подходит") {
			t.Fatal(page)
		}
	}
	if page := try(); !strings.Contains(page, "Слишком много попыток") {
		t.Error(page)
	}
}

// TestAuditPages goes back through the log to its first row.
func TestAuditPages(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	c := s.Client(s.SignIn("Вера", staff.Auditor))
	for range 130 {
		if _, err := s.Staff.Invite(t.Context(), time.Now(), staff.Person{Name: "Олег", Roles: []staff.Role{staff.Operator}}, staff.NewToken()); err != nil {
			t.Fatal(err)
		}
	}
	rows, next := 0, "/console/audit"
	for next != "" {
		resp, err := c.Get(s.URL + next)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if _ = resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp.StatusCode, err)
		}
		rows += bytes.Count(body, []byte("data-row"))
		_, after, more := strings.Cut(string(body), `href="/console/audit?before=`)
		if next = ""; more {
			id, _, _ := strings.Cut(after, `"`)
			if _, err := strconv.Atoi(id); err != nil {
				t.Fatal(err)
			}
			next = "/console/audit?before=" + id
		}
	}
	if rows != 132 { // the people, and the sign-in
		t.Errorf("%d rows, want 132", rows)
	}
}
