package review_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/receipt"
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

// TestByTheKeyboard works through receipts without a mouse: takes one, brings its photo
// near and turns it, rejects it for a reason, asks for a photo, passes one over and
// approves the last; a colleague's list follows by itself.
func TestByTheKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	p, colleague := browsertest.Open(t, "about:blank"), browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Вера", staff.Reviewer))
	colleague.Cookie(h.URL, h.SignIn("<img src=x onerror=alert(1)>", staff.Reviewer))
	p.Go(h.URL + "/console/review")
	p.Until(`document.querySelector(".empty")`)
	p.Axe()
	for i := range 4 {
		h.sends(int64(1284_50 + i))
	}
	p.Until(`document.querySelectorAll("[data-row]").length === 4`)
	p.Axe()
	shot(p, "review-list")
	colleague.Go(h.URL + "/console/review")
	p.Press("t")
	p.Until(`document.querySelector("[data-review]") && document.readyState === "complete"`)
	colleague.Until(`document.querySelector(".row .chip")?.textContent === "Вера"`)
	p.Until(`document.querySelector(".glass img").naturalWidth === 640`)
	for _, key := range []string{"+", "+", "-", "r", "b"} {
		p.Press(key)
	}
	p.Until(`(({near, turn, light}) => near === "1.5" && turn === "90" && light === "1.4")(document.querySelector(".glass").dataset)`)
	p.Axe()
	shot(p, "review-task")
	p.Press("2")
	p.Until(`document.querySelector("dialog[open]")`)
	p.Press("5")
	p.Until(`document.querySelector("[value=unreadable]").checked`)
	p.Axe()
	shot(p, "review-reject")
	p.Press(kb.Enter)
	reached := func(task int) {
		t.Helper()
		p.Until(fmt.Sprintf(`document.querySelector("[data-review='%d']") && document.querySelector("[data-key^=Digit1]") && document.readyState === "complete"`, task)) // complete: the scripts hear keys
	}
	reached(2)
	p.Press("3")
	reached(3)
	p.Press("0")
	reached(4)
	p.Press("1")
	p.Until(`location.pathname === "/console/review" && document.querySelector("#toast").textContent`)
	colleague.Until(`[...document.querySelectorAll(".row .chip")].map(c => c.textContent).join() === "ждём фото от покупателя"`)
	if h.books() != 64_22 || h.told(receipt.EventRejected) != 1 || h.told(receipt.EventUnclear) != 1 {
		t.Errorf("%d points, told of %d rejections and %d photos", h.books(), h.told(receipt.EventRejected), h.told(receipt.EventUnclear))
	}
	colleague.Press("t")
	colleague.Until(`document.querySelector("[data-review='3']")`)
	p.Go(h.URL + "/console/review/3")
	p.Until(`document.querySelector(".speaker").textContent.includes("<img src=x onerror=alert(1)>")`)
	p.Axe()
	shot(p, "review-colleague")
}
