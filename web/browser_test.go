package web

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"besedka/core/chat"
	"besedka/core/source"
	"besedka/web/browsertest"
)

const lastLine = `document.querySelector("[data-log] .line:last-child")`

func TestChatByKeyboard(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	p := browsertest.Open(t, url+"/chat")
	p.Axe()
	p.Click("#say")
	p.Press("Добрый день" + kb.Enter)
	p.Until(lastLine + `.querySelector(".text").textContent === "Слышу: Добрый день"`)
	p.Until(`document.querySelectorAll(".line.shopper").length === 1 && !document.querySelector(".pending")`)
	p.Axe()
	p.Go(url + "/chat") // the transcript is the server's
	p.Until(`document.querySelectorAll(".line").length === 2`)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) != 1 {
		t.Errorf("%d peers wrote, want 1", len(m.lines))
	}
}

// TestChatEdits: an open page changes the line, at once and without losing its
// place, and a page opened later shows it changed.
func TestChatEdits(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	p := browsertest.Open(t, url+"/chat")
	p.Click("#say")
	p.Press("чек" + kb.Enter)
	p.Until(`document.querySelectorAll(".line").length === 2 && !document.querySelector(".pending")`)
	p.Do(chromedp.Evaluate[chromedp.Void](`window.spoken = document.querySelector("#line-2")`))
	m.mu.Lock()
	for peer := range m.lines {
		m.say(peer, Line{From: "bot", Text: "+64,22", Edits: 2, Buttons: []chat.Button{{Title: "Почему столько?", Token: "a.why"}}})
	}
	m.mu.Unlock()
	const edited = `document.querySelectorAll(".line").length === 2 && ` + lastLine + `.querySelector(".text").textContent === "+64,22" && ` +
		lastLine + `.querySelector("time").textContent.startsWith("изменено") && ` + lastLine + `.querySelector("[data-tap]")`
	p.Until(edited)
	p.Until(`window.spoken === document.querySelector("#line-2") && document.querySelector("[role=log]").contains(window.spoken)`)
	p.Axe()
	p.Go(url + "/chat")
	p.Until(edited)
}

func TestChatKeepsWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, _ := site(t)
	p := browsertest.Open(t, url+"/chat")
	m.set(true)
	p.Click("#say")
	p.Press("раз" + kb.Enter + "два" + kb.Enter)
	p.Until(`document.querySelector('.pending[data-fate="waiting"]')`)
	m.set(false)
	p.Until(`[...document.querySelectorAll(".line .text")].map(e => e.textContent).join() === "раз,Слышу: раз,два,Слышу: два"`)
	p.AllowConsole() // the browser reports every answer 500
}

func TestDemo(t *testing.T) {
	t.Parallel()
	built(t)
	url, m, s := site(t)
	p := browsertest.Open(t, url+"/demo")
	p.Axe()

	p.Click(`[data-send="good"]`)
	p.Until(lastLine + `.querySelector("[data-tap]")`)
	p.Until(`document.querySelector(".line.shopper img").naturalWidth > 0 && !document.querySelector(".pending")`)
	p.Click("[data-tap]")
	p.Until(lastLine + `.textContent.includes("Слышу: t1.0")`)
	p.Axe()

	p.Do(chromedp.Evaluate[chromedp.Void](`
		const what = new DataTransfer();
		what.setData("text/uri-list", document.querySelector("[data-picture=forged]").src);
		document.querySelector("[data-chat]").dispatchEvent(new DragEvent("drop", {dataTransfer: what, bubbles: true}));`))
	p.Until(`document.querySelectorAll(".line.shopper img").length === 2 && !document.querySelector(".pending")`)

	p.Click(".switch .down span")
	p.Until(`document.querySelector("[name=service][value=down]").checked`)
	p.Click("#check-books")
	p.Until(`document.querySelector("#books").textContent.includes("Сходится")`)
	s.mu.Lock()
	s.problems = []*source.Problem{{
		Pos: source.Pos{File: "flows/onboarding.yaml", Line: 14, Col: 9}, Code: "L201",
		What: source.Sentence("шага «thx» нет", "there is no step thx"), Cure: source.Sentence("может быть, «thanks»?", "did you mean thanks?"),
	}}
	s.mu.Unlock()
	p.Until(`document.querySelector("#scene .problems")?.textContent.includes("flows/onboarding.yaml:14:9")`)
	p.Axe()

	p.Go(url + "/demo?shopper=2")
	p.Until(`document.querySelectorAll(".line").length === 0`)
	p.Click("#say")
	p.Press("я второй" + kb.Enter)
	p.Until(lastLine + `.textContent.includes("Слышу: я второй")`)
	m.mu.Lock()
	defer m.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(m.lines) != 2 || s.service != "down" {
		t.Errorf("%d peers wrote and the service is %s, want 2 and down", len(m.lines), s.service)
	}
}

func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	built(t)
	url, _, _ := site(t, func(d *Deps) {
		d.Enter = func(context.Context, chat.Channel, string) (string, error) { return "", ErrStranger }
		d.Admitted = func(string) (string, bool) { return "", false }
		d.Unsubscribe = func(context.Context, string) error { return nil }
	})
	p := browsertest.Open(t, url+"/")
	for _, path := range []string{"/", "/rules", "/chat?lang=en", "/demo", "/app", "/letters/1", "/nothing"} {
		p.Size(1280, 900)
		p.Go(url + path)
		p.Axe()
		for _, zoom := range []int64{2, 4} { // percent/100: what a page of 1280 pixels has left of them
			p.Size(1280/zoom, 900/zoom)
			p.Until("document.documentElement.scrollWidth <= innerWidth")
		}
	}
	p.AllowConsole() // the last one is 404
}

// TestShow writes pictures of the pages for people: ART=/tmp/art go test.
func TestShow(t *testing.T) {
	dir := os.Getenv("ART")
	if dir == "" {
		t.Skip("ART names no folder")
	}
	url, _, _ := site(t)
	p := browsertest.Open(t, url+"/chat")
	p.Click("[data-say]")
	p.Until(`document.querySelectorAll(".line").length === 2`)
	p.Go(url + "/demo")
	p.Click(`[data-send="good"]`)
	p.Until(lastLine + `.querySelector("[data-tap]")`)
	p.Until(`!document.querySelector(".pending")`)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1440, 1000}, {"phone", 390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			for _, path := range []string{"/", "/rules", "/chat", "/demo", "/chat?shopper=2"} {
				p.Scheme(scheme)
				p.Size(size.width, size.height)
				p.Go(url + path)
				name := strings.NewReplacer("/", "_", "?", "_", "=", "").Replace(path)
				p.Shot(filepath.Join(dir, size.name+"-"+scheme+name+".png"))
			}
		}
	}
}
