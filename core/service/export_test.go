package service

import (
	"net"
	"net/http"
	"time"

	"besedka/core/outside"
)

// Patience is how long a request may take, so that tests need not wait.
func (s *Service) Patience(d time.Duration) { s.internet.Timeout, s.nearby.Timeout = d, d }

// ResolveBy finds the names of the internet by r.
func (s *Service) ResolveBy(r *net.Resolver) {
	s.internet.Transport.(*http.Transport).DialContext = (&net.Dialer{Control: outside.OnlyPublic, Resolver: r}).DialContext
}
