package team_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"besedka/core/staff"
	"besedka/web/browsertest"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/team"
)

func shot(p *browsertest.Page, name string) {
	dir := os.Getenv("BESEDKA_SHOTS")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(dir + "/staff-" + name + "-" + scheme + ".png")
	}
}

func section(s *consoletest.Stage) []console.Section {
	return []console.Section{team.Section(team.Deps{Staff: s.Staff, Access: s.Access, Public: s.URL})}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	may := map[string][]staff.Role{}
	routes := section(s)[0].Routes
	for _, r := range routes {
		may[r.Method+" "+r.Path] = []staff.Role{staff.Owner}
	}
	s.Roles(routes, may)
}

// TestStaffPage invites a person by the page, who comes in by the link with the language
// and the colours that follow them; then they are given another role, suspended and let
// return.
func TestStaffPage(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(s.URL, s.SignIn("Вера", staff.Owner))
	p.Go(s.URL + "/console/staff")
	p.Axe()
	p.AllowRefusals() // a form without a role
	p.Type("#field-name", "Олег")
	p.Click(`form[action="/console/staff"] button.primary`)
	p.Until(`document.querySelector("[aria-invalid]")`)
	p.Axe()
	p.Click(`input[value=owner]`)
	p.Click(`form[action="/console/staff"] button.primary`)
	p.Until(`document.querySelector(".once code")`)
	p.Axe()
	shot(p, "link")
	link := p.Text(".once code")
	p.Click(`.door .button`)
	p.Until(`document.querySelector("h1").textContent === "Олег"`)
	p.Axe()
	shot(p, "person")

	oleg := browsertest.Open(t, link)
	oleg.Authenticator()
	oleg.Click(`[data-passkey]`)
	oleg.Until(`location.pathname === "/console"`)
	oleg.Click(`.look button[value=en]`)
	oleg.Until(`document.documentElement.lang === "en"`)
	oleg.Click(`.look button[value=dark]`)
	oleg.Until(`document.documentElement.dataset.theme === "dark"`)

	p.Click(`input[value=marketer]`)
	p.Click(`form[action$="/roles"] button`)
	p.Until(`document.querySelector("#toast").textContent === "Роли сохранены"`)
	p.Click(`form[action$="/suspend"] button`)
	p.Until(`document.querySelector(".chip").textContent === "отстранён"`)
	shot(p, "suspended")
	p.Click(`form[action$="/return"] button`)
	p.Until(`document.querySelector(".chip").textContent === "работает"`)
	p.Go(s.URL + "/console/staff")
	shot(p, "list")

	another := s.Client(s.Session(2)) // of Oleg, in a browser that has chosen nothing
	if page := get(t, another, s.URL+"/console/account"); !strings.Contains(page, `lang="en"`) || !strings.Contains(page, `data-theme="dark"`) {
		t.Error("another device shows the page as if nothing was chosen")
	}
}

// TestLastOwner: two owners who remove each other leave one; the same form sent again is
// done once, and shows the same link.
func TestLastOwner(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	anna, boris := s.Client(s.SignIn("Анна", staff.Owner)), s.Client(s.SignIn("Борис", staff.Owner))
	post := func(c *http.Client, path string, form url.Values) (int, string) {
		t.Helper()
		resp, err := c.PostForm(s.URL+"/console/staff"+path, form)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	invite := url.Values{"key": {"k"}, "name": {"Олег"}, "role": {"operator"}}
	_, first := post(anna, "", invite)
	_, second := post(anna, "", invite)
	linkOf := func(page string) string {
		_, after, _ := strings.Cut(page, "/console/invitation/")
		link, _, _ := strings.Cut(after, "<")
		return link
	}
	if linkOf(first) == "" || linkOf(first) != linkOf(second) {
		t.Errorf("the same form twice shows %q and %q", linkOf(first), linkOf(second))
	}
	if status, _ := post(boris, "/1/leave", url.Values{"key": {"b"}}); status != http.StatusSeeOther {
		t.Fatalf("one owner removes another: %d", status)
	}
	if status, _ := post(anna, "/2/leave", url.Values{"key": {"a"}}); status != http.StatusUnauthorized {
		t.Errorf("who was removed removes: %d", status)
	}
	for _, act := range []string{"leave", "suspend", "roles"} {
		if status, page := post(boris, "/2/"+act, url.Values{"key": {act}, "role": {"auditor"}}); status != http.StatusConflict || !strings.Contains(page, "последний владелец") {
			t.Errorf("the last owner: %s: %d", act, status)
		}
	}
	people, err := s.Staff.People(t.Context())
	if err != nil || len(people) != 3 || people[0].State() != staff.Left || people[1].State() != staff.Works {
		t.Errorf("they are %+v, %v", people, err)
	}
	if log, err := s.Staff.VerifyAudit(t.Context()); err != nil || log.Rows == 0 {
		t.Errorf("the log: %+v, %v", log, err)
	}
}

func get(t *testing.T, c *http.Client, address string) string {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
