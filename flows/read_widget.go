package flows

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"besedka/core/chat"
	"besedka/core/source"
)

// Widget is our chat on sites of the organiser; its zero value is on none.
type Widget struct {
	Sites  []string // origins as browsers write them: https://shop.example
	Accent string   // #rrggbb; "" for our own colours
}

// maxSites bounds a header that names them all.
const maxSites = 50

func (l *loader) readWidget(o *source.Object) {
	if !o.Has("widget") {
		return
	}
	w := o.Object("widget")
	w.Require("sites")
	sites := w.List("sites")
	if len(sites) > maxSites {
		l.limit(w.At("sites"), source.Sentence("сайтов", "sites"), maxSites)
		sites = sites[:maxSites]
	}
	for _, n := range sites {
		l.readSite(n)
	}
	l.readAccent(w)
	w.Done()
	if !slices.Contains(l.p.Channels, chat.Webchat) {
		l.report(o.At("widget"), "L682", source.Sentence("виджет есть, а веб-чата нет", "there is a widget and no web chat"),
			source.Sentence("допишите webchat в channels или уберите widget", "add webchat to channels, or remove widget"))
	}
}

func (l *loader) readSite(n *source.Node) {
	text := n.AsText(&l.problems)
	switch site, ok := origin(text); {
	case n.Kind != source.Scalar:
	case !ok:
		l.report(n.Pos, "L680", source.Sentence("«%s» - не адрес сайта", "%q is no address of a site", shorten(text)),
			source.Sentence("пишите https и имя, без пути: https://shop.example", "write https and the host, no path: https://shop.example"))
	case !slices.Contains(l.p.Widget.Sites, site):
		l.p.Widget.Sites = append(l.p.Widget.Sites, site)
	}
}

// siteHost leaves out what would mean something else in a Content-Security-Policy: a
// wildcard, a space, a semicolon.
var siteHost = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?$`)

// origin is a site as browsers write it (RFC 6454, 6.2): a host in Latin letters, in
// lower case, without the port that goes without saying. By http only this very
// machine may be one, for whoever builds the site.
func origin(text string) (string, bool) {
	u, err := url.Parse(strings.ToLower(strings.TrimSuffix(text, "/")))
	if err != nil || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || !siteHost.MatchString(u.Host) {
		return "", false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !thisMachine(u.Hostname())) {
		return "", false
	}
	if usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]; u.Port() == usual {
		u.Host = u.Hostname()
	}
	return u.Scheme + "://" + u.Host, true
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

var colour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

func (l *loader) readAccent(w *source.Object) {
	if !w.Has("accent") {
		return
	}
	l.p.Widget.Accent = strings.ToLower(w.Text("accent"))
	if !colour.MatchString(l.p.Widget.Accent) {
		l.report(w.At("accent"), "L681", source.Sentence("«%s» - не цвет", "%q is no colour", shorten(w.Text("accent"))),
			source.Sentence("пишите в кавычках, как в вёрстке: \"#0b6e5f\"", "write it in quotes, as in a style sheet: \"#0b6e5f\""))
	}
}
