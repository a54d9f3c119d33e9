package web

import (
	"context"
	"net"
	"net/http"
	"time"
)

// Server bounds how long a client may take. Streams outlive these limits and
// end when ctx does, so cancel ctx before Shutdown.
func Server(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute, // a 10 MB photo over a poor mobile network
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}
