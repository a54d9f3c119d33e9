package courier

import (
	"net"
	"net/http"
	"time"

	"besedka/core/outside"
)

// Patience is how long an attempt may take, so that tests need not wait.
func (c *Courier) Patience(d time.Duration) { c.internet.Timeout, c.nearby.Timeout = d, d }

// ResolveBy finds the names of the internet by r.
func (c *Courier) ResolveBy(r *net.Resolver) {
	c.internet.Transport.(*http.Transport).DialContext = (&net.Dialer{Control: outside.OnlyPublic, Resolver: r}).DialContext
}
