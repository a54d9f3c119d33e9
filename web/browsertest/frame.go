package browsertest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Frame is the next frame of this page that shows an address beginning so, once there is
// one of another site: a page that is left may leave its frame behind for a while. Its
// console is watched as the page's own.
func (p *Page) Frame(address string) *Page {
	p.t.Helper()
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		targets, err := chromedp.Targets(p.ctx)
		p.must("list frames", err)
		for _, one := range targets {
			if one.Type != "iframe" || !strings.HasPrefix(one.URL, address) || slices.Contains(p.frames, string(one.TargetID)) {
				continue
			}
			p.frames = append(p.frames, string(one.TargetID))
			ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(one.TargetID), chromedp.WithDetachOnCancel())
			p.t.Cleanup(cancel)
			inside := &Page{t: p.t, ctx: ctx, inside: true}
			inside.Do(chromedp.Func(func(context.Context, *chromedp.Target) error { return nil })) // attaches
			inside.watch()
			return inside
		}
	}
	p.t.Fatalf("no frame shows %s", address)
	return nil
}
