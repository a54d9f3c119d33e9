package author

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"besedka/web/browsertest"
)

// TestShow writes pictures of the page for people: ART=/tmp/art go test.
func TestShow(t *testing.T) {
	dir := os.Getenv("ART")
	if dir == "" {
		t.Skip("ART names no folder")
	}
	s := folderPage(t)
	p := browsertest.Open(t, s.url)
	p.Until(`document.querySelector(".cm-content") && document.querySelector("#log button")`)
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Size(1440, 900)
		p.Shot(filepath.Join(dir, "begin-"+scheme+".png"))
	}
	p.Click("#log [data-do]")
	p.Until(`document.querySelector(".choices button")`)
	p.Click(".choices button")
	p.Until(`document.querySelectorAll("[data-scene]").length === 2`)
	p.Click("#tab-graph")
	p.Until(`document.querySelector(".graph .here")`)
	p.Click("#log [data-scene]:last-of-type .why summary")
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(filepath.Join(dir, "graph-"+scheme+".png"))
	}
	p.Click("#tab-tests")
	p.Until(`document.querySelector(".tests")`)
	p.Shot(filepath.Join(dir, "tests.png"))
	p.Click("#tab-publish")
	p.Until(`document.querySelector("#panel-publish p")`)
	p.Shot(filepath.Join(dir, "publish.png"))
	p.Click("#tab-findings")
	s.write("flows/onboarding.yaml", "", "refuse: later }", "refuse: latter }")
	p.Click(`[data-file="flows/onboarding.yaml"]`)
	p.Until(`document.querySelector(".findings li") && document.querySelector(".cm-lint-marker")`)
	p.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.findings .place').click()`))
	p.Shot(filepath.Join(dir, "broken.png"))
	p.Scheme("light")
	p.Shot(filepath.Join(dir, "broken-light.png"))
	p.Size(640, 900)
	p.Shot(filepath.Join(dir, "narrow.png"))
}
