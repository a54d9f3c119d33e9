package contract

import (
	"net/netip"
	"net/url"
	"strings"
)

// closed are the networks that are not the internet, beside those that netip
// tells: IANA's special-purpose registries, RFC 6890 and later.
var closed = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func prefixes(list ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(list))
	for i, p := range list {
		all[i] = netip.MustParsePrefix(p)
	}
	return all
}

// Public says whether an address is one of the internet: not of this machine, of
// a network of our own, nor one that stands for such a one.
func Public(a netip.Addr) bool {
	if a = a.Unmap(); a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Trouble is what is wrong with the address of a service.
type Trouble string

// Troubles of an address.
const (
	Unreadable Trouble = "unreadable" // no http or https address of a host
	Userinfo   Trouble = "userinfo"   // a name or password in it
	Plain      Trouble = "plain"      // http, which anybody on the way reads
	Inside     Trouble = "inside"     // not an address of the internet
)

// Check looks at an address as it is written, "" when it will do. A name may lead
// anywhere: that is looked at when it is dialled.
func (s Service) Check() Trouble {
	u, err := url.Parse(s.URL)
	host := ""
	if err == nil {
		host = u.Hostname()
	}
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", host == "", u.Fragment != "", u.RawQuery != "", strings.ContainsAny(u.Host, "{}"):
		return Unreadable
	case u.User != nil:
		return Userinfo
	case s.Private:
		return ""
	case u.Scheme != "https":
		return Plain
	case inside(host):
		return Inside
	}
	return ""
}

func inside(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") {
		return true
	}
	a, err := netip.ParseAddr(host)
	if err != nil { // 127.1 and 2130706433 are addresses to some resolvers
		return !strings.ContainsFunc(host, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	}
	return !Public(a)
}
