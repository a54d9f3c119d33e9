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
		return host
	}
	named := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	if last := net.ParseIP(strings.TrimSpace(named[len(named)-1])); last != nil {
		return last.String()
	}
	return host
}
