package console_test

import (
	"os"
	"testing"
	"time"

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

// TestLostConnection: a page that is not live any more says so, and as of when it is.
func TestLostConnection(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	p := browsertest.Open(t, "about:blank")
	p.AllowConsole() // of connections that fail
	p.Cookie(s.URL, s.SignIn("Вера", staff.Owner))
	p.Go(s.URL + "/console/board")
	change := `insert into staff_try (index, at) values ('x', '2026-01-01')`
	if _, err := s.DB.Exec(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	p.Until(`document.querySelector(".number").textContent === "1"`) // it is connected
	at := time.Now().In(consoletest.Zone)                            // the page tells the programme's time
	s.Stop()
	p.Until(`document.querySelector("#live").textContent === "нет связи, данные на ` + at.Format("15:04") + `"
		|| document.querySelector("#live").textContent === "нет связи, данные на ` + at.Add(time.Minute).Format("15:04") + `"`)
	p.Until(`!document.querySelector("#live").hidden`)
	p.Axe()
	shot(p, "lost")
}

// TestSessionEnds: an open page asks to sign in as soon as its session has ended, whether
// its stream has begun by then or not.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, signs)
	p := browsertest.Open(t, "about:blank")
	p.AllowRefusals() // a stream that begins too late
	p.Cookie(s.URL, s.SignIn("Вера", staff.Owner))
	p.Go(s.URL + "/console/board")
	if err := s.Staff.SetRoles(t.Context(), time.Now(), 1, []staff.Role{staff.Owner}); err != nil {
		t.Fatal(err)
	}
	p.Until(`location.pathname + location.search === "/console/signin?to=%2Fconsole%2Fboard"`)
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
