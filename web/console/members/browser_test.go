package members_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/staff"
	"besedka/web/browsertest"
)

// shot keeps a picture for people to look at, when they ask for it.
func shot(p *browsertest.Page, name string) {
	dir := os.Getenv("BESEDKA_SHOTS")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(dir + "/" + name + "-" + scheme + ".png")
	}
}

// TestByTheKeyboard: a member is found, looked at, revealed, compared and erased without a
// mouse, past a hostile name, on pages that everybody can read.
func TestByTheKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", hostile, "+79161234567")
	h.joins("2", "Анна Петрова", "+79161234568")
	h.gives(anna.Member, 6422)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Вера", staff.Owner))
	p.Go(h.URL + "/console/members")
	p.Axe()
	p.Until(`document.activeElement.id === "members-find"`)
	p.Press("ан")
	p.Press(kb.Enter)
	p.Until(`document.querySelectorAll("a[data-row]").length === 2`)
	p.Axe()
	shot(p, "members-found")
	p.Press("j")
	p.Press("j")
	p.Press(kb.Enter)
	p.Until(`document.querySelector("h1").textContent === "Участник 1"`)
	p.Until(`!document.querySelector("main img")`)
	p.Axe()
	shot(p, "member")
	p.Click(`[data-opens="reveal"]`)
	p.Until(`document.querySelector("#reveal").open`)
	p.Axe()
	p.Press(kb.Tab)
	p.Press("обещали перезвонить")
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#plain")?.textContent.includes("+79161234567")`)
	p.Until(`document.querySelector("#plain").textContent.includes("onerror") && !document.querySelector("main img")`)
	p.Axe()
	shot(p, "member-revealed")
	p.Go(h.URL + "/console/members/2/edit")
	p.Axe()
	shot(p, "member-edit")
	p.Go(h.URL + "/console/members/2/merge?with=1")
	p.Axe()
	shot(p, "members-merge")
	_, err := h.DB.Exec(t.Context(), `insert into member_pair (one, other, reason, at) values (1, 2, 'namesake', now())`)
	h.must(err)
	p.Go(h.URL + "/console/members/pairs")
	p.Axe()
	shot(p, "members-pairs")
	p.Go(h.URL + "/console/members/1/erase")
	p.Axe()
	p.Click("#field-number")
	p.Press("1")
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#certificate")`)
	p.Axe()
	shot(p, "member-erased")
}
