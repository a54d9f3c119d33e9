package inbox_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// TestCannedByKeyboard: a reply is written on its page, a slash amid a text finds it, says
// what it would say here, and puts it in; what is not known of the shopper is not put in.
func TestCannedByKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("lida", "1", chat.Inbound{Text: "Сколько у меня бонусов?"})
	id := h.calls()
	cookie := h.SignIn("Анна", staff.Operator)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, cookie)
	p.Go(h.URL + "/console/inbox/replies")
	p.Axe()
	p.Type("#field-name", "сгорят")
	p.Type("#canned-text", "Сгорят {expires_next|дата}.")
	p.Click("form .primary")
	p.Until(`document.querySelector("#toast").textContent.includes("сохранён")`)
	p.Type("#field-name", "баланс")
	p.Type("#canned-text", "На счету {balanc}.")
	p.AllowRefusals()
	p.Click("form .primary")
	p.Until(`document.querySelector(".error")?.textContent.includes("balance")`)
	p.Type("#canned-text", "На счету {balance|число} {balance|бонус|бонуса|бонусов}, пишет {operator}.")
	p.Click("form .primary")
	p.Until(`document.querySelectorAll(".canned .row").length === 2`)
	p.Axe()
	shot(p, "canned")

	if status, _ := h.posts(h.Client(cookie), id, "take", url.Values{"key": {"a"}}); status != 303 {
		t.Fatalf("taken: %d", status)
	}
	p.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	p.Press("r")
	p.Press("Добрый день! /с")
	p.Until(`document.querySelector(".offers [aria-selected=true]")?.textContent.includes("expires_next")`)
	// the driver's Enter types a line even when its key was taken: the key alone
	p.Until(`!document.querySelector("#reply-text").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`)
	p.Until(`document.querySelector("#reply-text").value === "Добрый день! /с"`)
	p.Press(kb.Backspace)
	p.Until(`document.querySelectorAll(".offers li:not([hidden])").length === 2`)
	p.Press("ба")
	p.Until(`document.querySelector(".offers [aria-selected=true]")?.textContent.includes("пишет Анна")`)
	p.Axe()
	shot(p, "canned-offer")
	p.Press(kb.Tab)
	p.Until(`document.querySelector("#reply-text").value === "Добрый день! На счету 0 бонусов, пишет Анна."`)
	p.Control(kb.Enter)
	p.Until(`document.querySelector(".said.staff .words")?.textContent.endsWith("пишет Анна.")`)
}
