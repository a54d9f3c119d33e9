//go:build !nowhatsmeow

package whatsapp

import (
	"net/http"
	"net/url"
)

// Transport leads a whatsmeow client's connections to the server at address, a
// base URL, whichever host of WhatsApp they are meant for.
func Transport(address string) (http.RoundTripper, error) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return detour{to, http.DefaultTransport.(*http.Transport).Clone()}, nil
}

type detour struct {
	to   *url.URL
	over http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = d.to.Scheme, d.to.Host
	r.URL.Path = d.to.Path + r.URL.Path
	return d.over.RoundTrip(r)
}
