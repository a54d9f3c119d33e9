package console_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"besedka/core/staff"
	"besedka/web/browsertest"
	"besedka/web/console"
	"besedka/web/console/consoletest"
)

// audit is the section that every console has.
func audit(s *consoletest.Stage) []console.Section {
	return []console.Section{console.Audit(s.Staff)}
}

// invitation makes a person and the address of their link.
func invitation(t *testing.T, s *consoletest.Stage, name string, roles ...staff.Role) string {
	t.Helper()
	p, err := s.Staff.Invite(t.Context(), time.Now(), staff.Person{Name: name, Roles: roles}, staff.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.Access.Invite(t.Context(), time.Now(), 0, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s.URL + "/console/invitation/" + token
}

// TestPasskey takes a person from their link to a passkey, out and in again, through
// their own page and the audit log, whose every page is looked at by axe.
func TestPasskey(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	link := invitation(t, s, "<img src=x onerror=alert(1)>", staff.Owner)
	p := browsertest.Open(t, link)
	p.Authenticator()
	p.Axe()
	shot(p, "invitation")
	p.Click(`[data-passkey]`)
	p.Until(`location.pathname === "/console"`)
	p.Axe()
	shot(p, "home")
	p.Click(`form[action="/console/signout"] button`)
	p.Until(`location.pathname === "/console/signin"`)
	p.Axe()
	shot(p, "signin")
	p.Go(s.URL + "/console/account")
	p.Until(`location.search === "?to=%2Fconsole%2Faccount"`)
	p.Click(`[data-passkey]`)
	p.Until(`location.pathname === "/console/account"`)
	p.Axe()
	shot(p, "account")
	p.Until(`document.querySelector(".person").textContent === "<img src=x onerror=alert(1)>"`)
	p.Go(s.URL + "/console/audit?whole=1")
	p.Axe()
	shot(p, "audit")
	for _, act := range []string{"staff.invite", "staff.link", "staff.passkey_add", "staff.sign_in", "staff.sign_out"} {
		if !strings.Contains(p.Text("table"), act) {
			t.Errorf("%s is not in the log:\n%s", act, p.Text("table"))
		}
	}
	p.AllowRefusals() // the link is over: 404
	p.Go(link)
	p.Axe()
	shot(p, "no-invitation")
}

// twice signs in by a passkey and sends the same answer again.
const twice = `(async () => {
	const post = (address, body) => fetch(address, {method: "POST", body: JSON.stringify(body)});
	const {token, options} = await (await post("/console/signin/passkey/begin", {})).json();
	const key = await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)});
	const body = {token, answer: key.toJSON(), to: ""};
	return [(await post("/console/signin/passkey", body)).status, (await post("/console/signin/passkey", body)).status].join();
})()`

// TestPasskeysAreLookedAfter: an answer of a passkey lets in once, one device makes one,
// and nobody takes the last one away from themselves.
func TestPasskeysAreLookedAfter(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	p := browsertest.Open(t, invitation(t, s, "Вера", staff.Owner))
	p.AllowRefusals() // the second answer is
	p.Authenticator()
	p.Click(`[data-passkey]`)
	p.Until(`location.pathname === "/console"`)
	if got := p.Await(twice); got != "200,403" {
		t.Errorf("the same answer twice: %s", got)
	}
	p.Go(s.URL + "/console/account")
	p.Click(`[data-passkey]`)
	p.Until(`document.querySelector("[data-passkey-trouble]").textContent`)
	p.Axe()
	shot(p, "passkey-refused")
	p.Click(`form[action$="/passkey/remove"] button`)
	p.Until(`document.querySelector("h1").textContent === "Это ваш единственный способ входа"`)
	p.Go(s.URL + "/console/account")
	p.SecurityKey()
	p.Click(`[data-passkey]`)
	p.Until(`document.querySelectorAll('form[action$="/passkey/remove"]').length === 2`)
	p.Until(`document.querySelector("#toast").textContent && location.search === ""`)
	p.Click(`form[action$="/passkey/remove"] button`)
	p.Until(`document.querySelectorAll('form[action$="/passkey/remove"]').length === 1`)
}

// TestPasswordAndApp takes a person from their link to a password and an app, to the
// codes for bad days, out, and in again by each of them, once.
func TestPasswordAndApp(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, audit)
	p := browsertest.Open(t, invitation(t, s, "Вера", staff.Auditor))
	p.AllowRefusals() // forms that will not do are answered so
	secret := p.Text(".app code")
	p.Type("#field-login", "vera")
	p.Type("#field-password", "too short")
	p.Type("#field-code", "000000")
	p.Click(`form[action$="/password"] button`)
	p.Until(`document.querySelector("[role=alert] strong")`)
	p.Axe()
	shot(p, "invitation-wrong")
	if got := p.Text(".app code"); got != secret {
		t.Error("an app that was set up has to be set up again")
	}
	p.Type("#field-password", "correct horse battery")
	p.Type("#field-code", code(t, secret, 0))
	p.Click(`form[action$="/password"] button`)
	p.Until(`document.querySelectorAll(".codes li").length === 10`)
	p.Axe()
	shot(p, "codes")
	recovery := p.Text(".codes li:first-child")
	signIn := func(code string) {
		p.Go(s.URL + "/console")
		p.Click(`form[action="/console/signout"] button`)
		p.Until(`location.pathname === "/console/signin"`)
		enter(p, code)
	}
	next := code(t, secret, 1) // of the next half minute: a clock may be wrong by that
	signIn(next)
	p.Until(`location.pathname === "/console"`)
	signIn(next)
	p.Until(`document.querySelector("[role=alert] strong")`)
	p.Axe()
	shot(p, "refused")
	enter(p, recovery)
	p.Until(`location.pathname === "/console"`)
	signIn(recovery)
	p.Until(`document.querySelector("[role=alert] strong")`)
}

func enter(p *browsertest.Page, code string) {
	p.Type("#field-login", "Vera")
	p.Type("#field-password", "correct horse battery")
	p.Type("#field-code", code)
	p.Click(`form[action="/console/signin"] button`)
}

// code is what an app shows so many half minutes from now.
func code(t *testing.T, secret string, later int) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(later)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
