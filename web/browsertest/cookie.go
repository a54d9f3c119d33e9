package browsertest

import (
	"net/http"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Cookie gives the tab a cookie of the site at url.
func (p *Page) Cookie(url string, c *http.Cookie) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.SetCookie, network.SetCookieParams{
		Name: c.Name, Value: c.Value, URL: url, HTTPOnly: &c.HttpOnly, Secure: &c.Secure,
	})
	p.must("set cookie", err)
}
