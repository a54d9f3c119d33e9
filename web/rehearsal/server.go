package rehearsal

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"besedka/core/coupon"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/problem"
)

// Config is what a rehearsal drives. All of it is required but Publish.
type Config struct {
	Token    string // bearer token of /rehearsal/v1
	Clock    *Clock
	Steps    []Step             // of every loop of the system
	Held     Step               // of the one among them that lets go texts which may have more to come
	Channels map[string]Channel // by the names of design.md 4
	Fiscal   string             // address of the emulated tax service
	Site     http.Handler       // the system's own pages, at every other path
	DB       *storage.DB
	People   *member.Service
	Staff    *staff.Service
	Coupons  coupon.Service

	Currencies func() []string // of the programme in force
	// Publish puts the programme folder in force when it was edited; nil when
	// it cannot be.
	Publish func(ctx context.Context)
	Log     *slog.Logger
}

type server struct {
	Config
	play play
}

const prefix = "/rehearsal/v1/"

// New serves the rehearsal's API beside the system's own site. Whatever is
// posted to either, nothing more is due when the answer comes.
func New(c Config) http.Handler {
	s := &server{Config: c, play: play{clock: c.Clock, steps: c.Steps, held: c.Held}}
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET clock":                       s.showClock,
		"POST clock":                      s.moveClock,
		"POST fiscal/receipts":            s.addReceipt,
		"POST fiscal/faults":              s.setFault,
		"DELETE fiscal/faults":            s.clearFaults,
		"GET fiscal/calls":                s.listCalls,
		"POST channels/{channel}/inbound": s.inbound,
		"GET channels/{channel}/outbound": s.outbound,
		"GET members":                     s.listMembers,
		"GET books":                       s.checkBooks,
		"POST staff":                      s.invite,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+prefix+path, s.allowed(s.answered(serve)))
	}
	mux.Handle(prefix, s.allowed(s.answered(func(http.ResponseWriter, *http.Request) error {
		return &refusal{http.StatusNotFound, "not_found", "there is nothing at this address"}
	})))
	mux.Handle("/", s.settled(c.Site))
	return mux
}

// allowed lets in whoever shows the token.
func (s *server) allowed(next http.Handler) http.Handler {
	want := []byte("Bearer " + s.Token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			problem.Write(w, http.StatusUnauthorized, "unauthorized", "show the rehearsal's token: Authorization: Bearer …")
			return
		}
		// A year of virtual time may take a slow machine longer than a page may.
		deadlines := http.NewResponseController(w)
		if err := errors.Join(deadlines.SetReadDeadline(time.Time{}), deadlines.SetWriteDeadline(time.Time{})); err != nil {
			s.Log.WarnContext(r.Context(), "an answer has to be quick", "err", err)
		}
		next.ServeHTTP(w, r)
	})
}

// answered turns an error into a problem. Errors name ids only, so the caller,
// who is the one to mend it, may read them.
func (s *server) answered(serve func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := serve(w, r)
		switch refused, ok := errors.AsType[*refusal](err); {
		case err == nil, r.Context().Err() != nil:
		case ok:
			problem.Write(w, refused.status, refused.code, refused.detail)
		default:
			s.Log.ErrorContext(r.Context(), "rehearsal stumbled", "path", r.URL.Path, "err", err)
			problem.Write(w, http.StatusInternalServerError, "internal", err.Error())
		}
	})
}

// settled lets the system work off what somebody posted to its site: a
// registrar, or a person in a real browser.
func (s *server) settled(site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site.ServeHTTP(w, r)
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return
		}
		if err := s.play.settle(r.Context()); err != nil && r.Context().Err() == nil {
			s.Log.ErrorContext(r.Context(), "rehearsal stumbled", "path", r.URL.Path, "err", err)
		}
	})
}

// channel finds a messenger that is built.
func (s *server) channel(name string) (Channel, error) {
	c, ok := s.Channels[name]
	if !ok {
		return nil, &refusal{http.StatusNotFound, "no_channel", "this channel is not built"}
	}
	return c, nil
}

// maxBody bounds a request: the largest honest one is a photo in base64.
const maxBody = 40 << 20

// decode reads exactly one JSON object without unknown fields.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return &refusal{http.StatusBadRequest, "bad_request", err.Error()}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &refusal{http.StatusBadRequest, "bad_request", "the body must be one JSON object"}
	}
	return nil
}

func reply(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // QR texts are full of ampersands
	_ = e.Encode(v)        // the caller is gone: nobody to tell
	return nil
}
