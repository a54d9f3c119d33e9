package web

import (
	"context"
	"net"
	"net/http"
	"time"
)

// answerTime is for everything but streams and photos.
const answerTime = time.Minute

// Server bounds how long a client may take. Streams outlive these limits and
// end when ctx does, so cancel ctx before Shutdown.
func Server(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       answerTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}
