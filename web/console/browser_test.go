package console_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/staff"
	"besedka/web/browsertest"
	"besedka/web/console/consoletest"
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

// TestLivePage opens a page that another process changes.
func TestLivePage(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(s.URL, s.SignIn("Вера", staff.Owner))
	p.Go(s.URL + "/console/board")
	p.Until(`document.querySelector(".number").textContent === "0"`)
	if _, err := s.DB.Exec(t.Context(), `insert into staff_try (index, at) values ('x', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}
	p.Until(`document.querySelector(".number").textContent === "1"`)
	p.Until(`document.querySelector("#live").hidden`)
}

// TestKeys goes through the page by the keyboard alone, with Russian letters on it.
func TestKeys(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(s.URL, s.SignIn("<b>Вера</b>", staff.Owner))
	p.Go(s.URL + "/console/ui")
	p.Axe()
	shot(p, "pieces")
	p.Press("?")
	p.Until(`document.querySelector("#help").open`)
	p.Press(kb.Escape)
	p.Until(`!document.querySelector("#help").open`)
	p.Press("j")
	p.Press("j")
	p.Until(`document.activeElement === document.querySelectorAll("[data-row]")[1]`)
	p.Press("k")
	p.Until(`document.activeElement === document.querySelectorAll("[data-row]")[0]`)
	p.Until(`document.querySelector(".person").textContent === "<b>Вера</b>"`)
	p.Control("k")
	p.Until(`document.querySelector("#palette").open`)
	p.Axe()
	shot(p, "palette")
	p.Press("журн")
	p.Press(kb.Enter)
	p.Until(`location.pathname === "/console/board"`)
}
