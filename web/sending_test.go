package web

import (
	"net/http"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"besedka/web/browsertest"
)

// faults answers what shoppers post with statuses of its own, as long as it has any, and
// not at all while the line is cut.
type faults struct {
	http.Handler
	mu       sync.Mutex
	statuses []int
	posted   int
	isCut    bool
}

func (f *faults) cut(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.isCut = yes
}

func (f *faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := f.next(r); status != 0 {
		w.WriteHeader(status)
		return
	}
	f.Handler.ServeHTTP(w, r)
}

func (f *faults) next(r *http.Request) (status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isCut {
		panic(http.ErrAbortHandler)
	}
	if r.Method != http.MethodPost {
		return 0
	}
	f.posted++
	if len(f.statuses) > 0 {
		status, f.statuses = f.statuses[0], f.statuses[1:]
	}
	return status
}

// drop lets a picture of so many bytes fall on the chat.
func drop(p *browsertest.Page, bytes string) { dropFile(p, bytes, "image/jpeg") }

// dropFile lets a file of a type fall on the chat.
func dropFile(p *browsertest.Page, bytes, kind string) {
	p.Do(chromedp.Evaluate[chromedp.Void](`
		var what = new DataTransfer();
		what.items.add(new File([new Uint8Array(` + bytes + `)], "receipt.jpg", {type: "` + kind + `"}));
		document.querySelector("[data-chat]").dispatchEvent(new DragEvent("drop", {dataTransfer: what, bubbles: true}));`))
}

// openChat opens the page of the chat in a test that runs beside others; what it posts
// first is answered with statuses, which the browser notes in its console.
func openChat(t *testing.T, statuses ...int) (*browsertest.Page, *faults) {
	t.Helper()
	t.Parallel()
	built(t)
	h, _, _ := pages(t)
	f := &faults{Handler: h, statuses: statuses}
	p := browsertest.Open(t, serve(t, f, answerTime)+"/chat")
	if len(statuses) > 0 {
		p.AllowConsole()
	}
	return p, f
}

// say types «раз».
func say(p *browsertest.Page) {
	p.Click("#say")
	p.Press("раз" + kb.Enter)
}

// TestPhotoIsSentAgain: the page sends a photo again by itself when there was no room
// for it.
func TestPhotoIsSentAgain(t *testing.T) {
	p, _ := openChat(t, http.StatusServiceUnavailable)
	drop(p, "100")
	p.Until(`document.querySelector('.pending[data-fate="waiting"]')`)
	p.Until(`document.querySelectorAll(".line.shopper[data-n] img").length === 1 && !document.querySelector(".pending")`)
}

// TestPhotoFromTheCamera: the key of a phone opens its camera, and what it took is sent.
func TestPhotoFromTheCamera(t *testing.T) {
	p, _ := openChat(t)
	p.Do(chromedp.Evaluate[chromedp.Void](`
		var camera = document.querySelector("#camera");
		camera.addEventListener("click", (event) => {
			event.preventDefault();
			var taken = new DataTransfer();
			taken.items.add(new File([new Uint8Array(100)], "image.jpg", {type: "image/jpeg"}));
			camera.files = taken.files;
			camera.dispatchEvent(new Event("change", {bubbles: true}));
		});
		document.querySelector("[data-camera]").click();`))
	p.Until(`camera.getAttribute("capture") === "environment" && document.querySelectorAll(".line.shopper[data-n] img").length === 1 && !document.querySelector(".pending")`)
}

// TestUselessFilesAreNotPosted: nobody pays for megabytes that will be refused.
func TestUselessFilesAreNotPosted(t *testing.T) {
	p, f := openChat(t)
	drop(p, "10 * 2**20 + 1")
	p.Until(`document.querySelector('.pending[data-fate="too-big"]')`)
	dropFile(p, "1", "video/mp4")
	p.Until(`document.querySelector('.pending[data-fate="unfit"] .fate').textContent.includes("пришлите фото или PDF")`)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.posted != 0 {
		t.Errorf("%d files were posted", f.posted)
	}
}

// TestRefusedLineIsSentAgain: what was refused goes out under its own key at a
// press of its button.
func TestRefusedLineIsSentAgain(t *testing.T) {
	p, _ := openChat(t, http.StatusBadRequest)
	say(p)
	p.Until(`document.querySelector('.pending[data-fate="refused"] .fate').textContent.includes("обновите страницу")`)
	p.Axe()
	p.Do(chromedp.Evaluate[chromedp.Void](`window.key = document.querySelector(".pending").dataset.key`))
	p.Click("[data-retry]")
	p.Until(`document.querySelector(".line.shopper[data-n]").dataset.key === window.key && !document.querySelector(".pending")`)
}

// TestForgottenSession: a browser whose cookie is gone gets another one.
func TestForgottenSession(t *testing.T) {
	p, _ := openChat(t, http.StatusUnauthorized)
	say(p)
	p.Until(`performance.getEntriesByType("navigation")[0].type === "reload"`)
	p.Until(`!document.querySelector(".pending") && document.querySelectorAll(".line").length === 2`)
}

// TestLineIsReadOnce: a screen reader reads what comes into the log; a line that
// is on its way comes into it once.
func TestLineIsReadOnce(t *testing.T) {
	p, _ := openChat(t)
	p.Do(chromedp.Evaluate[chromedp.Void](`
		window.read = [];
		new MutationObserver((changes) => {
			for (const node of changes.flatMap((change) => [...change.addedNodes])) window.read.push(node.textContent);
		}).observe(document.querySelector("[data-log]"), {childList: true, subtree: true});`))
	say(p)
	p.Until(`document.querySelector('.line.shopper[data-n="1"]#line-1 time').textContent === "15:04" && !document.querySelector(".pending, .shopper .fate")`)
	p.Until(lastLine + `.textContent.includes("Слышу: раз") && window.read.filter((text) => text.includes("раз")).length === 2`) // and the answer
}
