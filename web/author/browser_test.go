package author

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/web"
	"besedka/web/browsertest"
)

// page opens the page in a browser and waits until it can be worked on.
func (s *site) page(query string) *browsertest.Page {
	s.t.Helper()
	p := s.open(query)
	p.Until(`document.querySelector("#log [data-do]")`)
	return p
}

// open opens the page and waits for the editor.
func (s *site) open(query string) *browsertest.Page {
	s.t.Helper()
	if built, err := web.Assets(); err != nil || len(built) == 0 {
		if os.Getenv("CI") == "true" {
			s.t.Fatalf("the pages are not built: %v", err)
		}
		s.t.Skip("NOT TESTED: the pages are not built, run make web")
	}
	p := browsertest.Open(s.t, s.url+query)
	p.Until(`document.querySelector(".cm-content")`)
	return p
}

// chord presses a key of the whole page, by its place on the keyboard.
func chord(p *browsertest.Page, code, modifiers string) {
	p.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {code: %q, key: "", bubbles: true, cancelable: true, %s}))`, code, modifiers)))
}

const (
	ctrl  = "ctrlKey: true"
	lines = `[...document.querySelectorAll("#log .line")].map(e => e.textContent).join("|")`
)

// caret puts the caret behind a text of the open file.
func caretBehind(p *browsertest.Page, text string) {
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

// TestBreakAndMend breaks a file in the editor: the finding stands at its line,
// the talk goes on as before; mended by its proposal, the talk is repeated.
func TestBreakAndMend(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Click("#log [data-do]")
	p.Until(lines + `.includes("Познакомимся?")`)
	p.Click(`[data-file="flows/onboarding.yaml"]`)
	p.Until(`document.querySelector("#file-name").textContent === "flows/onboarding.yaml"`)
	caretBehind(p, "go: { agree: name")
	p.Press("s")
	p.Until(`document.querySelector(".cm-finding")?.textContent.includes("нет шага «names»")`)
	p.Until(`document.querySelector(".cm-finding").previousElementSibling.textContent.includes("agree: names")`)
	p.Until(`document.querySelector(".cm-lint-marker") && document.querySelector('[data-count="findings"]').textContent === "1"`)
	chord(p, "KeyS", ctrl)
	p.Until(`document.querySelector("#banner").textContent.includes("последней исправной версии")`)
	p.Until(`document.querySelector('[data-file="flows/onboarding.yaml"] .count')`)
	p.Click("#log .choices button") // the last good version talks on
	p.Until(`/Как (вас зовут|к вам обращаться)/.test(` + lines + `)`)
	p.Axe()

	chord(p, "F8", "")
	chord(p, "Period", ctrl)
	p.Until(`!document.querySelector(".cm-finding")`)
	chord(p, "KeyS", ctrl)
	p.Until(`!document.querySelector("#banner p")`)
	if text := s.read("flows/onboarding.yaml"); !strings.Contains(text, "go: { agree: name, refuse: later }") {
		t.Errorf("saved is:\n%s", text)
	}
}

// TestEditShowsInTheTalk changes what the bot has said.
func TestEditShowsInTheTalk(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Click("#log [data-do]")
	p.Until(lines + `.includes("Познакомимся?")`)
	s.write("flows/hello.yaml", "", "Познакомимся?", "Будем знакомы?") // another editor
	p.Until(lines + `.includes("Будем знакомы?")`)
	p.Until(`document.querySelector("#log .changed") && document.querySelector(".cm-content").textContent.includes("Будем знакомы?")`)
}

// TestClockCallsAndWhy lets time pass, answers a call and follows a note to its
// line.
func TestClockCallsAndWhy(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	s.write("flows/onboarding.yaml", "", "    expect: name\n", "    expect: name\n    remind:\n      - { after: 2h, say: \"Жду вашего имени.\" }\n")
	s.write("locales/en/onboarding.yaml", "", "name.ask:", "name.remind.1: \"Waiting for your name.\"\nname.ask:")
	p := s.page("")
	p.Until(`!document.querySelector("#banner p")`)
	p.Click("#log [data-do]")
	p.Until(`document.querySelector("#log .choices button")`)
	p.Click("#log .choices button")
	p.Until(`document.querySelectorAll("#log [data-scene]").length === 2`)
	p.Click(`[data-later="2h"]`)
	p.Until(lines + `.includes("Жду вашего имени.") && document.querySelector("#log").textContent.includes("14:00")`)
	p.Click("#log [data-scene]:last-of-type .why summary")
	p.Click("#log [data-scene]:last-of-type .why .place")
	p.Until(`document.querySelector("#file-name").textContent === "flows/onboarding.yaml" && document.activeElement.matches(".cm-content")`)

	p.Click(".clock .menu summary")
	p.Click(".clock [data-do]") // a photo
	p.Until(`document.querySelector("#log .asked")`)
	p.Axe()
	p.Click(`[data-answer="duplicate"]`)
	p.Until(`!document.querySelector("#log .asked")`)
	p.Click(`[data-later="tomorrow"]`)
	p.Until(`document.querySelector("#log .now").textContent.includes("02.12.2026 10:00")`)
	p.Click(`[data-act="restart"]`)
	p.Until(`document.querySelectorAll("#log [data-scene]").length === 0`)
}

// TestGraph lights the step where the talk stands and leads to lines.
func TestGraph(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Click("#log [data-do]")
	p.Until(`document.querySelector("#log .choices button")`)
	p.Click("#tab-graph")
	p.Until(`document.querySelector(".graph .here")?.dataset.step === "onboarding/consent"`)
	p.Click("#log .choices button")
	p.Until(`document.querySelector(".graph .here")?.dataset.step === "onboarding/name"`)
	p.Axe()
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-step="onboarding/birthday"]').focus()`))
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "flows/onboarding.yaml" && document.querySelector(".cm-activeLine").textContent.includes("birthday:")`)
}

// TestConflict saves over what somebody else has saved: both texts are shown,
// and either may be kept.
func TestConflict(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	caretBehind(p, "flow: hello")
	p.Press(" # моё")
	p.Until(`!document.querySelector("#dirty").hidden`)
	s.write("flows/hello.yaml", "", "# Первая встреча", "# Самая первая встреча")
	p.Until(`!document.querySelector("#conflict").hidden`)
	p.Until(`document.querySelector("#mine").textContent.includes("# моё") && document.querySelector("#theirs").textContent.includes("Самая первая")`)
	p.Axe()
	chord(p, "KeyS", ctrl)
	p.Until(`!document.querySelector("#conflict").hidden`)
	if text := s.read("flows/hello.yaml"); strings.Contains(text, "моё") {
		t.Fatalf("overwritten without a word:\n%s", text)
	}
	p.Click(`[data-act="mine"]`)
	p.Until(`document.querySelector("#conflict").hidden && document.querySelector("#dirty").hidden`)
	if text := s.read("flows/hello.yaml"); !strings.Contains(text, "моё") {
		t.Errorf("mine is not kept:\n%s", text)
	}

	caretBehind(p, "flow: hello # моё")
	p.Press("!")
	s.write("flows/hello.yaml", "", "# моё", "# их")
	p.Until(`!document.querySelector("#conflict").hidden`)
	p.Click(`[data-act="theirs"]`)
	p.Until(`document.querySelector(".cm-content").textContent.includes("# их") && document.querySelector("#dirty").hidden`)
	p.AllowConsole() // the browser reports every answer 409
}

// TestByKeyboard writes a flow, talks to it, keeps the talk as a test and runs
// it, without a mouse.
func TestByKeyboard(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Press("?")
	p.Until(`document.querySelector("#help").open`)
	p.Axe()
	p.Press(kb.Escape)
	p.Until(`!document.querySelector("#help").open`)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#new summary").focus()`))
	p.Press(kb.Enter + kb.Tab + kb.Enter)
	p.Until(`document.querySelector("#ask").open`)
	p.Press("чай" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "flows/чай.yaml" && document.activeElement.matches(".cm-content")`)
	caretBehind(p, "    end")
	p.Press(kb.Backspace + "d")
	p.Until(`[...document.querySelectorAll(".cm-tooltip-autocomplete li")].some(e => e.textContent.startsWith("end"))`)
	p.Press(kb.Escape)
	chord(p, "Enter", ctrl+", shiftKey: true")
	p.Until(lines + `.includes("Это новый сценарий")`)
	chord(p, "Digit2", "altKey: true")
	p.Press("баланс" + kb.Enter)
	p.Until(`document.querySelectorAll("#log [data-scene]").length === 2`)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-act="record"]').focus()`))
	p.Press(kb.Enter)
	p.Until(`document.querySelector("#ask").open`)
	p.Press("про чай" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "flows/чай.test.yaml"`)
	chord(p, "Enter", ctrl)
	p.Until(`document.querySelector(".tests")?.textContent.includes("про чай") && document.querySelector("#panel-tests .sum .ok")`)
	p.Axe()
	chord(p, "KeyK", ctrl)
	p.Press("balance.yaml" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "flows/balance.yaml"`)
	chord(p, "Digit3", "altKey: true")
	p.Press(kb.ArrowRight)
	p.Until(`document.querySelector("#tab-publish").getAttribute("aria-selected") === "true" && document.querySelector("#panel-publish p")`)
}

// TestSurveyOnThePage makes a survey, talks from its second question and keeps
// that as a test beside it.
func TestSurveyOnThePage(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Click("#new summary")
	p.Click(`[data-new="survey"]`)
	p.Until(`document.querySelector("#ask").open`)
	p.Press("tea" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "surveys/tea.yaml" && document.querySelector('[data-file="surveys/tea.test.yaml"]')`)
	p.Until(`!document.querySelector('[data-act="rename"]').hidden && document.querySelector('[data-count="findings"]').hidden`)
	caretBehind(p, "type: nps")
	chord(p, "Enter", ctrl+", shiftKey: true")
	p.Until(lines + `.includes("Посоветуете нас друзьям?")`)
	chord(p, "Digit2", "altKey: true")
	p.Press("9" + kb.Enter)
	p.Until(lines + `.includes("Спасибо!")`)
	p.Click(`[data-act="record"]`)
	p.Until(`document.querySelector("#ask").open`)
	p.Press("со второго" + kb.Enter)
	p.Until(`document.querySelector("#file-name").textContent === "surveys/tea.test.yaml" && document.querySelector("#panel-tests .sum .ok")`)
	if got := s.read("surveys/tea.test.yaml"); !strings.Contains(got, "begin: \"survey.tea/mark\"") {
		t.Errorf("recorded is:\n%s", got)
	}
}

// TestNoKeyIsLost types on while another file is on its way.
func TestNoKeyIsLost(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("")
	p.Do(chromedp.Evaluate[chromedp.Void](`{
		const ask = fetch;
		window.fetch = async (...about) => {
			if (String(about[0]).startsWith("file?")) await new Promise((go) => { window.letGo = go; });
			return ask(...about);
		};
	}`))
	caretBehind(p, "flow: hello")
	p.Press(" # од")
	p.Click(`[data-file="flows/about.yaml"]`)
	p.Until(`window.letGo`)
	caretBehind(p, "flow: hello # од")
	p.Press("ин")
	p.Do(chromedp.Evaluate[chromedp.Void](`window.letGo()`))
	p.Until(`document.querySelector("#file-name").textContent === "flows/about.yaml"`)
	p.Click(`[data-file="flows/hello.yaml"]`)
	p.Until(`document.querySelector("#file-name").textContent === "flows/hello.yaml"`)
	p.Until(`document.querySelector(".cm-content").textContent.includes("flow: hello # один")`)
}

// TestBrokenAtTheStart opens a folder that cannot be played; mended, it is.
func TestBrokenAtTheStart(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	broken := site{t: t, dir: dir}
	broken.write("flows/onboarding.yaml", "", "agree: name", "agree: nmae")
	s = openDir(t, dir, nil)
	p := s.open("")
	p.Until(`document.querySelector("#banner p")`)
	s.write("flows/onboarding.yaml", "", "agree: nmae", "agree: name")
	p.Until(`!document.querySelector("#banner p") && document.querySelector("#log [data-do]") && document.querySelector("#settings select")`)
}

// TestRemoveAndBringBack deletes a file and takes it back.
func TestRemoveAndBringBack(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	was := s.read("flows/hello.yaml")
	p := s.page("")
	p.Click(`[data-act="remove"]`)
	p.Until(`!document.querySelector('[data-file="flows/hello.yaml"]') && document.querySelector("#toast button")`)
	p.Click("#toast button")
	p.Until(`document.querySelector("#file-name").textContent === "flows/hello.yaml"`)
	if got := s.read("flows/hello.yaml"); got != was {
		t.Errorf("brought back is:\n%s", got)
	}
}

// TestLooks holds the page to accessibility in English and at every width, and
// the pages about mistakes too.
func TestLooks(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	p := s.page("?lang=en")
	p.Until(`document.querySelector("#file-name").textContent === "flows/hello.yaml" && document.querySelector("#talk-title").textContent === "Talk"`)
	for _, width := range []int64{1100, 640, 320} {
		p.Size(width, 900)
		p.Until("document.documentElement.scrollWidth <= innerWidth")
	}
	p.Axe()
	p.Go(s.url + "mistakes/L121")
	p.Until(`document.querySelectorAll("pre").length === 3 && document.querySelector("h1").textContent.includes("L121")`)
	p.Axe()
}

// TestMistakePages opens the page of every mistake.
func TestMistakePages(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	if text, err := web.Mistake("L121"); err != nil || text == "" {
		t.Skip("NOT TESTED: the pages are not built, run make web")
	}
	for _, m := range mistakeCodes() {
		if status := s.ask("mistakes/"+m, nil, nil); status != http.StatusOK {
			t.Errorf("%s: %d", m, status)
		}
	}
	if status := s.ask("mistakes/L999", nil, nil); status != http.StatusNotFound {
		t.Errorf("L999: %d", status)
	}
}

// TestShow writes pictures of the page for people: ART=/tmp/art go test.
func TestShow(t *testing.T) {
	dir := os.Getenv("ART")
	if dir == "" {
		t.Skip("ART names no folder")
	}
	s := folderPage(t)
	p := s.page("")
	p.Size(1440, 900)
	p.Click("#log [data-do]")
	p.Until(`document.querySelector("#log .choices button")`)
	p.Click("#log .choices button")
	p.Until(`document.querySelectorAll("[data-scene]").length === 2`)
	p.Click("#tab-graph")
	p.Until(`document.querySelector(".graph .here")`)
	p.Click("#log [data-scene]:last-of-type .why summary")
	shot := func(name string) {
		for _, scheme := range []string{"light", "dark"} {
			p.Scheme(scheme)
			p.Shot(filepath.Join(dir, name+"-"+scheme+".png"))
		}
	}
	shot("graph")
	p.Click("#tab-tests")
	p.Until(`document.querySelector(".tests")`)
	shot("tests")
	s.write("flows/onboarding.yaml", "", "refuse: later }", "refuse: latter }")
	p.Click(`[data-file="flows/onboarding.yaml"]`)
	p.Click("#tab-findings")
	p.Until(`document.querySelector(".findings li") && document.querySelector(".cm-finding")`)
	p.Click(".findings .place")
	shot("broken")
	p.Click("#tab-publish")
	p.Until(`document.querySelector("#panel-publish p")`)
	p.Click(".clock .menu summary")
	shot("publish")
	p.Size(640, 900)
	shot("narrow")
}

// TestStrandedOnThePage shows who would be lost, and leads to the line to mend.
func TestStrandedOnThePage(t *testing.T) {
	t.Parallel()
	p := &press{would: Plan{
		Changes: release.Changes{Changed: []string{"flows/onboarding.yaml"}},
		Waiting: []source.Text{source.Sentence("onboarding/pet: ждут 37 - и не сказано, куда им идти", "onboarding/pet: 37 wait")},
		Stranded: []*source.Problem{{
			Pos: source.Pos{File: "flows/onboarding.yaml", Line: 4, Col: 1}, Code: "L220", What: source.Sentence("шага «pet» больше нет, а на нём ждут: 37", "step pet is gone"),
			Cure: source.Sentence("впишите сюда, куда им идти: moved: { pet: animal }, или дайте договорить по-старому: drain: 7d", "write here"),
		}},
	}}
	s := publishing(t, p.publisher())
	p.would.Current = os.DirFS(s.dir)
	page := s.page("")
	page.Click("#tab-publish")
	page.Until(`document.querySelector("#panel-publish [data-act=copy]") && document.querySelector("#panel-publish .primary").disabled`)
	page.Axe()
	if dir := os.Getenv("ART"); dir != "" {
		page.Shot(filepath.Join(dir, "stranded.png"))
	}
	page.Click("#panel-publish .place")
	page.Until(`document.querySelector("#file-name").textContent === "flows/onboarding.yaml" && document.activeElement.matches(".cm-content")`)
}
