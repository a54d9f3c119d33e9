package inbox_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// TestBellOnEveryPage: a page that is no inbox tells in its bar and in the title of its tab
// how many conversations wait, as soon as one more does; it asks nobody by itself whether it
// may call them.
func TestBellOnEveryPage(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Анна", staff.Operator))
	p.Go(h.URL + "/console/account")
	p.Until(`document.querySelector("[data-waits]")?.dataset.waits === "0" && !/^\(/.test(document.title)`)
	p.Until(`document.querySelectorAll("[hx-sse\\:connect]").length === 1 && Notification.permission !== "granted"`)
	h.writes("lida", "1", chat.Inbound{Text: "Где приз?"})
	h.calls()
	p.Until(`document.title.startsWith("(1) ") && document.querySelector(".waits").textContent === "ждёт ответа: 1"`)
	p.Axe()
	shot(p, "bell")
	p.Go(h.URL + "/console/inbox")
	p.Until(`document.title.startsWith("(1) ") && document.querySelectorAll("[hx-sse\\:connect]").length === 1`)
}
