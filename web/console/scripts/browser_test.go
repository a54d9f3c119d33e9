package scripts_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

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

// focus puts the keyboard where a selector says.
func focus(p *browsertest.Page, selector string) {
	p.Until(fmt.Sprintf(`document.querySelector(%q)`, selector))
	p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).focus()`, selector)))
}

// TestByKeyboard breaks a line of a draft, sees the mistake, mends it, publishes with a
// reason, finds that in the history and goes back, without a mouse.
func TestByKeyboard(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := browsertest.Open(t, "about:blank")
	p.Cookie(h.URL, h.SignIn("Анна", staff.Marketer))
	p.Go(h.URL + "/console/scripts")
	focus(p, `form[action$="/drafts"] button`)
	p.Axe()
	p.Press(kb.Enter)
	p.Until(`document.querySelector(".cm-content") && document.querySelector("#log [data-do]")`)
	p.Control("k")
	p.Press("onboarding.yaml" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "flows/onboarding.yaml" && document.activeElement.matches(".cm-content")`)
	caretBehind(p, "go: { agree: name")
	p.Press("s")
	p.Until(`document.querySelector(".cm-finding")?.textContent.includes("нет шага «names»")`)
	p.Axe()
	shot(p, "scripts-draft")
	p.Press(kb.Backspace)
	p.Until(`!document.querySelector(".cm-finding")`)
	caretBehind(p, "Как вас зовут")
	p.Press(", простите")
	p.Control("s")
	p.Until(`document.querySelector("#dirty").hidden && document.querySelector("#toast").textContent.includes("Сохранено")`)
	focus(p, "#tab-graph")
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#panel-graph").textContent.includes("ждут 7")`)
	shot(p, "scripts-graph")

	focus(p, `a[href$="/sheet"]`)
	p.Press(kb.Enter)
	p.Until(`document.querySelector(".lines .more")?.textContent.includes("простите")`)
	p.Axe()
	shot(p, "scripts-sheet")
	focus(p, "#field-reason")
	p.Press("вежливее" + kb.Enter)
	p.Until(`document.querySelector("#toast").textContent.includes("Опубликовано")`)
	p.Until(`document.querySelector("#history .row").textContent.includes("вежливее")`)
	p.Axe()
	shot(p, "scripts-home")

	focus(p, "#history .row:nth-child(2) a")
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#back .lines .less")?.textContent.includes("простите")`)
	p.Axe()
	shot(p, "scripts-back")
	focus(p, "#field-reason")
	p.Press("рано" + kb.Enter)
	p.Until(`document.querySelector("#history .row").textContent.includes("рано")`)
	p.Go(h.URL + "/console/scripts/diff?from=1&to=2")
	p.Until(`document.querySelector(".lines .more")?.textContent.includes("простите")`)
	p.Axe()
	if is, _ := h.live(); is.Name != "Анна" || is.Reason != "рано" {
		t.Errorf("in force is %+v", is)
	}
}

// caretBehind puts the caret behind a text of the open file.
func caretBehind(p *browsertest.Page, text string) {
	p.Until(fmt.Sprintf(`[...document.querySelectorAll(".cm-line")].some(e => e.textContent.includes(%q))`, text))
	p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
		const line = [...document.querySelectorAll(".cm-line")].find(e => e.textContent.includes(%[1]q));
		line.scrollIntoView({block: "center"});
		const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
		let left = line.textContent.indexOf(%[1]q) + %[2]d, node = walk.nextNode();
		while (left > node.length) { left -= node.length; node = walk.nextNode(); }
		document.querySelector(".cm-content").focus();
		getSelection().collapse(node, left);
	}`, text, len([]rune(text)))))
}
