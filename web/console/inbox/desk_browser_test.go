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

// TestDeskByKeyboard: points are granted and a receipt is sent in without a mouse, the shopper
// is told in the conversation, and what cannot be done says why.
func TestDeskByKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.writes("lida", "1", chat.Inbound{Text: "Чек не принимается"})
	id := h.calls()
	cookie := h.SignIn("Анна", staff.Operator)
	if status, _ := h.posts(h.Client(cookie), id, "take", url.Values{"key": {"a"}}); status != 303 {
		t.Fatalf("taken: %d", status)
	}
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, cookie)
	p.AllowRefusals()
	p.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	p.Until(`(document.querySelector(".desk summary").focus(), true)`)
	p.Press(kb.Enter)
	p.Until(`document.querySelector(".desk details[open] #field-amount")`)
	p.Axe()
	p.Type("#field-amount", "600")
	p.Type("#field-reason", "за ожидание")
	p.Click(".desk details[open] button")
	p.Until(`document.querySelector(".error")?.textContent.includes("до 500 бонусов")`)
	p.Until(`document.querySelector(".desk details[open] #field-reason").value === "за ожидание"`)
	p.Type("#field-amount", "50")
	p.Click(".desk details[open] button")
	p.Until(`document.querySelector("#toast").textContent.includes("Бонусы начислены")`)
	p.Until(`document.querySelector(".said.staff .words")?.textContent === "Начислили вам 50 бонусов: за ожидание"`)
	p.Click(".desk details:nth-of-type(2) summary")
	p.Type("#field-qr", "t=20261122T1200&s=400.00&fn=9289000100000001&i=7&fp=1234567890&n=1")
	p.Click(".desk details[open] button")
	p.Until(`document.querySelector("#toast").textContent.includes("Чек не подошёл")`) // no campaign runs here
	shot(p, "desk")
	for _, path := range []string{"/closed", "?show=review"} {
		p.Go(h.URL + "/console/inbox" + path)
		p.Axe()
	}
	p.Click("#inbox-find")
	p.Press("1" + kb.Enter)
	p.Until(`document.querySelector("h1").textContent === "Разговоры участника"`)
	p.Axe()
	if n := h.count(`select count(*) from audit where act in ('conversations.grant', 'conversations.link', 'points.give')`); n != 3 {
		t.Errorf("%d acts are in the log, want 3", n)
	}
}
