package web

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"besedka/core/chat"
	"besedka/core/visitor"
	"besedka/flows"
	"besedka/locales"
	"besedka/web/sse"
)

// Deps is what the pages stand on.
type Deps struct {
	Programme func() *flows.Programme // as published now
	Words     *locales.Catalog
	Chat      Chat
	Visitors  *visitor.Service     // who is logged in on a site that shows the widget; nil when no site may say
	Demo      *Demo                // nil outside demonstration
	Telegram  string               // link to the bot; empty when there is none
	Console   http.Handler         // serves /console and below; may be nil
	API       http.Handler         // serves /api/v1/ and /api/openapi.json; may be nil
	Hooks     http.Handler         // serves /hooks/<channel>; may be nil
	Checks    []Check              // what /readyz asks
	Registry  *prometheus.Registry // what /metrics shows; New adds the HTTP metrics to it
	HTTPS     bool                 // shoppers reach us over HTTPS: cookies are Secure, HSTS is sent

	// Enter is the session of whom a messenger vouches for by data, else
	// ErrStranger; may be nil. Admitted is the peer of a session that Enter gave; ok is
	// false when its time is over.
	Enter    func(ctx context.Context, of chat.Channel, data string) (session string, err error)
	Admitted func(session string) (peer string, ok bool)

	Log *slog.Logger

	// Picture is one that a messenger fetches, by the last part of its address;
	// storage.ErrNotFound for none, or none any more. May be nil.
	Picture func(ctx context.Context, name string) (Picture, error)

	// Unsubscribe ends letters like the one whose link has the token;
	// storage.ErrNotFound for nobody's.
	Unsubscribe func(ctx context.Context, token string) error
}

// Check is one thing that has to work for the server to be ready. A warning
// is named in the answer and does not fail it.
type Check struct {
	Name string
	Run  func(ctx context.Context) (warning string, err error)
}

type server struct {
	Deps
	assets    assets
	streams   sse.Crowd
	texts     *paces
	photos    *paces
	photoRoom *semaphore.Weighted // in bytes
}

// New builds the handler of the whole site. Streams end with the request's
// context, so a server that shuts down cancels its BaseContext first. Without
// built assets the pages say how to build them.
func New(d Deps) (http.Handler, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	s := &server{
		Deps: d, assets: assets, photoRoom: semaphore.NewWeighted(photosBytes),
		texts: newPaces(messagesAtOnce, messagesPerSecond), photos: newPaces(photosPerSession, photosPerSecond),
	}
	return s.measured(s.secured(s.routes()))
}
