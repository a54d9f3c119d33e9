package console

import (
	"net"
	"net/http"
	"strings"
)

// device is a browser and its system in two words, for a person to tell their own
// sessions apart: Chrome, Windows.
func device(r *http.Request) string {
	agent := r.UserAgent()
	return named(agent, browsers, "?") + ", " + named(agent, systems, "?")
}

// Each of these calls itself all that come after it, too.
var (
	browsers = []mark{{"YaBrowser/", "Yandex"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = []mark{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

type mark struct{ in, name string }

func named(agent string, marks []mark, otherwise string) string {
	for _, m := range marks {
		if strings.Contains(agent, m.in) {
			return m.name
		}
	}
	return otherwise
}

// from is the address that a request comes from. Only a proxy beside us, in a network
// of our own, is believed about whom it speaks for: the last one it names.
func from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	near := net.ParseIP(host)
	if !near.IsLoopback() && !near.IsPrivate() {
		return network(near, host)
	}
	// A proxy may add a line of its own behind those that it was sent (HAProxy does).
	named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	last := strings.TrimSpace(named[len(named)-1])
	if ip := net.ParseIP(last); ip != nil {
		return network(ip, last)
	}
	return host
}

// network is the address of one line to the internet: of IPv6 everybody has 2^64 of them,
// a /64.
func network(ip net.IP, text string) string {
	switch {
	case ip == nil:
		return text
	case ip.To4() == nil && ip.IsGlobalUnicast():
		return ip.Mask(net.CIDRMask(64, 128)).String() + "/64"
	}
	return ip.String()
}
