package web

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// homes are two sites to a browser, and one machine.
var homes = []string{"127.0.0.1", "localhost"}

// otherHome is the address of a demonstration at home by its other name, which a browser
// takes for a stranger's; elsewhere it is the only one there is.
func (s *server) otherHome(r *http.Request) string {
	host, port, err := net.SplitHostPort(r.Host)
	if at := slices.Index(homes, host); err == nil && at >= 0 {
		return "http://" + net.JoinHostPort(homes[1-at], port)
	}
	return s.here(r)
}

func (s *server) here(r *http.Request) string {
	if s.HTTPS {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *server) shopSites(r *http.Request) []string {
	return slices.Compact([]string{s.here(r), s.otherHome(r)})
}

// shopURL is where the shop of the demonstration is.
func (s *server) shopURL(r *http.Request) string { return s.otherHome(r) + "/demo/shop" }

// shop is a shop on somebody else's site.
type shop struct {
	Widget string // address of the script
	Member string // token of who is logged in; "" of nobody
}

// showShop shows the widget on a page with a policy as strict as it can live with.
func (s *server) showShop(w http.ResponseWriter, r *http.Request, v view) {
	home := s.otherHome(r)
	one := shop{Widget: home + "/widget.js"}
	if r.URL.Query().Has("in") && s.Visitors != nil {
		var err error
		if one.Member, err = s.signAnna(s.meet(w, r, "1")); err != nil {
			s.broken(w, r, "sign who is logged in", err)
			return
		}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src " + home, "frame-src " + home, "style-src 'self'", "font-src 'self'", "img-src 'self' data:", "base-uri 'none'", "frame-ancestors 'none'",
	}, "; "))
	s.render(w, r, http.StatusOK, shopPage(v, one))
}

// signAnna is what the shop's own server does: every browser's Anna is another one.
func (s *server) signAnna(browser string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": "demo-anna-" + browser[:8], "jti": rand.Text(), "exp": time.Now().Add(5 * time.Minute).Unix(),
	}).SignedString(s.Visitors.Secret)
}
