package browsertest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/chromedp/chromedp"
)

// violation is one rule of axe-core that the page breaks, and where.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Where []string `json:"where"`
}

// runAxe asks for the rules of WCAG 2.2 A and AA and axe's own best practices.
const runAxe = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(r => r.violations.map(v => ({id: v.id, help: v.help, where: v.nodes.map(n => n.html.slice(0, 160) + " — " + n.failureSummary)})))`

// Axe fails the test for every accessibility fault that axe-core finds, in the
// light and in the dark colours.
func (p *Page) Axe() {
	p.t.Helper()
	_, here, _, _ := runtime.Caller(0)
	axe, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		p.t.Fatalf("axe-core is not installed, run make web: %v", err)
	}
	for _, scheme := range []string{"dark", "light"} {
		p.Scheme(scheme)
		_, err := chromedp.Run(p.ctx, chromedp.Evaluate[chromedp.Void](string(axe)))
		p.must("load axe-core", err)
		found, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]violation](runAxe, chromedp.EvalAwaitPromise))
		p.must("run axe-core", err)
		for _, v := range found {
			p.t.Errorf("%s colours: %s (%s)\n\t%s", scheme, v.Help, v.ID, strings.Join(v.Where, "\n\t"))
		}
	}
}
