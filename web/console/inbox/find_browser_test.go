package inbox_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// TestFindWordsByKeyboard: what was said long before the page begins is found without a
// mouse, each with what was said around it; a hostile text is text, and the address and the
// log have no words.
func TestFindWordsByKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("lida", "old", chat.Inbound{Text: "Мой зелёный <img src=x onerror=alert(1)> пряник"})
	for i := range 70 {
		h.writes("lida", fmt.Sprint(i), chat.Inbound{Text: fmt.Sprint("пряник ", i)})
	}
	id := h.calls()
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Анна", staff.Operator))
	p.Go(fmt.Sprintf("%s/console/inbox/%d?show=waiting", h.URL, id))
	p.Until(`document.querySelectorAll("[data-thread] .said").length === 60`)
	p.Press("?")
	p.Until(`document.querySelector("#help").open && document.querySelector("#help [data-here] kbd").textContent === "F"`)
	p.Press(kb.Escape)
	p.Press("f")
	p.Until(`document.querySelector("#finding").open && document.activeElement.id === "finding-words"`)
	p.Press("ПРЯНИК зелен")
	p.Press(kb.Enter)
	p.Until(`document.querySelectorAll("#finding [data-at]").length === 1`)
	p.Until(`document.querySelector("#finding [data-hit] .words")?.textContent.includes("onerror") && !document.querySelector("#finding img")`)
	p.Axe()
	shot(p, "finding")
	p.Press("f")
	p.Until(`document.activeElement.id === "finding-words"`)
	p.Press("пряник")
	p.Press(kb.Enter)
	p.Until(`document.querySelectorAll("#finding [data-at]").length === 50 && document.querySelector("[data-hit] .words")?.textContent === "пряник 69"`)
	p.Press("n")
	p.Until(`document.querySelector("[data-hit] .words")?.textContent === "пряник 68"`)
	p.Press("N")
	p.Until(`document.querySelector("[data-hit] .words")?.textContent === "пряник 69"`)
	p.Click("[data-before]")
	p.Until(`document.querySelectorAll("#finding [data-at]").length === 21 && !document.querySelector("[data-before]")`)
	p.Press(kb.Escape)
	p.Until(`!document.querySelector("#finding").open && !location.href.includes("%D0")`)
	if n := h.count(`select count(*) from audit where act = 'conversations.search' and coalesce(detail::text, '') !~* 'пряник'`); n != 3 {
		t.Errorf("%d searches are in the log without their words, want 3", n)
	}
}
