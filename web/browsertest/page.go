package browsertest

import (
	"os"
	"time"

	"github.com/chromedp/chromedp"
)

func (p *Page) must(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// Do carries out steps of chromedp.
func (p *Page) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.must("do", chromedp.Do(p.ctx, steps...))
}

// Go opens an address in this tab.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.must("open "+url, chromedp.Do(p.ctx, chromedp.Navigate(url)))
}

// Click clicks what a CSS selector finds first, once it is visible.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.must("click "+selector, chromedp.Do(p.ctx, chromedp.Click(chromedp.CSS(selector))))
}

// Press types keys into whatever has the focus; chromedp/kb names the special
// ones.
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.must("press "+keys, chromedp.Do(p.ctx, chromedp.KeyEvent(keys)))
}

// Control types keys with Ctrl held down.
func (p *Page) Control(keys string) {
	p.t.Helper()
	p.must("press Ctrl "+keys, chromedp.Do(p.ctx, chromedp.KeyEvent(keys, chromedp.KeyModifiers(chromedp.ModifierCtrl))))
}

// Until waits until a JavaScript expression is true, across page loads too.
func (p *Page) Until(expression string) {
	p.t.Helper()
	var err error
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var ok bool
		if ok, err = chromedp.Run(p.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")")); err == nil && ok {
			return
		}
	}
	p.t.Fatalf("not true in %v: %s (last error: %v)", Patience, expression, err)
}

// Await is what a promise brings.
func (p *Page) Await(expression string) string {
	p.t.Helper()
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	p.must("await "+expression, err)
	return got
}

// Text is the text of what a CSS selector finds first.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Text(chromedp.CSS(selector)))
	p.must("read "+selector, err)
	return text
}

// Shot keeps a picture of the visible part of the page in file.
func (p *Page) Shot(file string) {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	p.must("take picture", err)
	p.must("keep picture", os.WriteFile(file, picture, 0o644))
}
