package web

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"besedka/web/browsertest"
)

// answers makes the page's next requests end with these statuses, and those
// after them reach the server; posted counts them all.
func answers(p *browsertest.Page, statuses string) {
	p.Do(chromedp.Evaluate[chromedp.Void](`
		const real = window.fetch, statuses = [` + statuses + `];
		window.posted = 0;
		window.fetch = (...request) => {
			window.posted++;
			return statuses.length ? Promise.resolve(new Response("", {status: statuses.shift()})) : real(...request);
		};`))
}

// drop lets a file of so many bytes fall on the chat.
func drop(p *browsertest.Page, bytes string) {
	p.Do(chromedp.Evaluate[chromedp.Void](`
		const what = new DataTransfer();
		what.items.add(new File([new Uint8Array(` + bytes + `)], "receipt.jpg", {type: "image/jpeg"}));
		document.querySelector("[data-chat]").dispatchEvent(new DragEvent("drop", {dataTransfer: what, bubbles: true}));`))
}

// openChat opens the page of the chat in a test that runs beside others.
func openChat(t *testing.T) *browsertest.Page {
	t.Helper()
	t.Parallel()
	built(t)
	url, _, _ := site(t)
	return browsertest.Open(t, url+"/chat")
}

// say types «раз».
func say(p *browsertest.Page) {
	p.Click("#say")
	p.Press("раз" + kb.Enter)
}

// TestPhotoThatIsCutIsSentAgain: the page sends a photo again by itself when
// only a part of it came.
func TestPhotoThatIsCutIsSentAgain(t *testing.T) {
	p := openChat(t)
	answers(p, "408")
	drop(p, "100")
	p.Until(`document.querySelector('.pending[data-fate="waiting"]')`)
	p.Until(`document.querySelectorAll(".line.shopper[data-n] img").length === 1 && !document.querySelector(".pending")`)
}

// TestPhotoTooBigIsNotPosted: nobody pays for megabytes that will be refused.
func TestPhotoTooBigIsNotPosted(t *testing.T) {
	p := openChat(t)
	answers(p, "")
	drop(p, "10 * 2**20 + 1")
	p.Until(`document.querySelector('.pending[data-fate="too-big"]') && window.posted === 0`)
}

// TestRefusedLineIsSentAgain: what was refused goes out under its own key at a
// press of its button.
func TestRefusedLineIsSentAgain(t *testing.T) {
	p := openChat(t)
	answers(p, "400")
	say(p)
	p.Until(`document.querySelector('.pending[data-fate="refused"] .fate').textContent.includes("обновите страницу")`)
	p.Axe()
	p.Do(chromedp.Evaluate[chromedp.Void](`window.key = document.querySelector(".pending").dataset.key`))
	p.Click("[data-retry]")
	p.Until(`document.querySelector(".line.shopper[data-n]").dataset.key === window.key && !document.querySelector(".pending")`)
}

// TestForgottenSession: a browser whose cookie is gone gets another one.
func TestForgottenSession(t *testing.T) {
	p := openChat(t)
	answers(p, "401")
	say(p)
	p.Until(`performance.getEntriesByType("navigation")[0].type === "reload"`)
	p.Until(`!document.querySelector(".pending") && document.querySelectorAll(".line").length === 2`)
}

// TestLineIsReadOnce: a screen reader reads what comes into the log; a line that
// is on its way comes into it once.
func TestLineIsReadOnce(t *testing.T) {
	p := openChat(t)
	p.Do(chromedp.Evaluate[chromedp.Void](`
		window.read = [];
		new MutationObserver((changes) => {
			for (const node of changes.flatMap((change) => [...change.addedNodes])) window.read.push(node.textContent);
		}).observe(document.querySelector("[data-log]"), {childList: true, subtree: true});`))
	say(p)
	p.Until(`document.querySelector('.line.shopper[data-n="1"]#line-1 time').textContent === "15:04" && !document.querySelector(".pending, .shopper .fate")`)
	p.Until(lastLine + `.textContent.includes("Слышу: раз") && window.read.filter((text) => text.includes("раз")).length === 2`) // and the answer
}
