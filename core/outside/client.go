package outside

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"besedka/core/service/contract"
)

const (
	dialTimeout = 3 * time.Second
	maxHeader   = 32 << 10
)

// Control looks at an address before it is dialled, when its name has been resolved.
type Control = func(network, address string, c syscall.RawConn) error

// New is a client that goes where control lets it, nil for anywhere, by no proxy: the
// address that is looked at must be the one that is dialled. It follows no redirects and
// keeps no cookies. A request may take timeout, from the first packet to the last byte of
// its answer.
func New(control Control, timeout time.Duration, idlePerHost int) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: dialTimeout, Control: control}).DialContext,
			TLSHandshakeTimeout:    dialTimeout,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    idlePerHost,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ErrInside is the end of a call whose name leads into a network of our own.
var ErrInside = errors.New("the name leads to no address of the internet")

// OnlyPublic is the Control of who must stay out of our networks: a name of the internet
// may lead into one today.
func OnlyPublic(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !contract.Public(at.Addr()) {
		return fmt.Errorf("%w: %s", ErrInside, address)
	}
	return nil
}

// WithoutURL is what went wrong in a call, less its address: that may tell secrets, or let
// in whoever knows it.
func WithoutURL(err error) error {
	if told, ok := errors.AsType[*url.Error](err); ok {
		return told.Err
	}
	return err
}
