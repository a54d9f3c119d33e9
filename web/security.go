package web

import (
	"net/http"
	"strings"
)

// contentSecurity lets a page load our own files only and run no inline
// script. blob: shows the photo a shopper is sending.
var contentSecurity = ownFiles + "; frame-ancestors 'none'"

var ownFiles = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"connect-src 'self'",
	"font-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
}, "; ")

// framedBy lets sites show a page in a frame, and nobody else.
func framedBy(sites []string) string {
	if len(sites) == 0 {
		return contentSecurity
	}
	return ownFiles + "; frame-ancestors " + strings.Join(sites, " ")
}

// secured adds the headers every answer carries, refuses unsafe requests that
// another site made a browser send, and bounds what a body may hold.
func (s *server) secured(next http.Handler) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurity)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		if s.HTTPS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		guarded.ServeHTTP(w, r)
	})
}

// maxBody bounds any request: the largest honest one is a photo.
const maxBody = MaxPhotoBytes
