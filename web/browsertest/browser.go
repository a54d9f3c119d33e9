package browsertest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Patience is how long a test waits for what has to happen. A busy machine
// starts a browser in ten seconds.
const Patience = 60 * time.Second

// A Page is one tab with cookies of its own.
type Page struct {
	t      *testing.T
	ctx    context.Context
	noises bool     // errors in the console are expected
	status bool     // answers that are refusals are
	inside bool     // a frame, of which no picture can be taken
	frames []string // that were looked into
}

// browser starts once a test binary and goes when it exits.
var browser = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "ru-RU,ru"))
	alloc, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(alloc)
	return ctx, chromedp.Do(ctx, chromedp.Navigate("about:blank"))
})

// Open shows url in a new tab of 1280 by 900 pixels. Without Chromium the test
// is skipped, and fails in CI. At the end of the test, errors the page wrote
// to the console fail it, and a failed test leaves a picture of the page.
func Open(t *testing.T, url string) *Page {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no chromium: apt-get install chromium fonts-dejavu-core")
		}
		t.Skip("NOT TESTED IN A BROWSER: no chromium; apt-get install chromium fonts-dejavu-core")
	}
	parent, err := browser()
	if err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	tab, closeTab := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	p := &Page{t: t, ctx: tab}
	p.Do(chromedp.Navigate("about:blank")) // opens the tab: the first act must carry no deadline
	ctx, cancel := context.WithTimeout(tab, 3*Patience)
	t.Cleanup(cancel)
	p.ctx = ctx
	p.watch()
	p.Size(1280, 900)
	p.Go(url)
	return p
}

// AllowConsole forgives errors in the page's console, of a test that causes
// them.
func (p *Page) AllowConsole() { p.noises = true }

// AllowRefusals forgives the console's errors about answers that are refusals, of a test
// that causes them, and nothing else.
func (p *Page) AllowRefusals() { p.status = true }

// forgiven says whether the test expects an error.
func (p *Page) forgiven(text string) bool {
	return p.noises || p.status && strings.HasPrefix(text, "Failed to load resource: ")
}

// watch collects what goes wrong in the page and reports it at the end.
func (p *Page) watch() {
	messages, ctx := []string{}, p.ctx
	listen, stop := context.WithCancel(ctx)
	console, done := chromedp.Console(listen), make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range console {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
				messages = append(messages, m.Text)
			}
		}
	}()
	p.t.Cleanup(func() {
		stop()
		<-done
		for _, text := range messages {
			if !p.forgiven(text) {
				p.t.Errorf("the page's console: %s", text)
			}
		}
		if p.t.Failed() && !p.inside {
			p.failed()
		}
	})
}

func (p *Page) failed() {
	dir, err := os.MkdirTemp("", "besedka-browser-")
	if err == nil {
		file := dir + "/page.png"
		p.Shot(file)
		p.t.Logf("the page as it was: %s", file)
	}
}

// Size gives the tab a size in CSS pixels.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	p.Do(chromedp.EmulateViewport(width, height))
}

// Scheme switches between the light and the dark colours.
func (p *Page) Scheme(name string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: name},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		},
	})
	p.must("switch colours", err)
	p.settle()
}

// settle waits until the page is painted and nothing moves any more.
func (p *Page) settle() {
	p.t.Helper()
	const painted = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
		.then(() => Promise.allSettled(document.getAnimations().map(a => a.finished))).then(() => true)`
	_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](painted, chromedp.EvalAwaitPromise))
	p.must("wait for the page to settle", err)
}
