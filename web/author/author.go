package author

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/flows/schema"
	"besedka/locales"
	"besedka/web"
)

// Deps is what the page works on and with.
type Deps struct {
	Root       *os.Root // the programme folder of New
	Vocabulary flows.Vocabulary
	Facts      dialogs.Facts // what is known of a newcomer
	Words      *locales.Catalog
	Now        func() time.Time
	Log        *slog.Logger
	Shapes     func() map[string]*schema.Schema // by kind of file, see Learn; pages share it

	Publisher *Publisher  // nil: nothing can be published
	Unable    source.Text // why not
}

// Publisher is where the folder is published to.
type Publisher struct {
	Place   string // in words, for people
	Plan    func(ctx context.Context, folder fs.FS, programme *flows.Programme) (Plan, error)
	Publish func(ctx context.Context, folder fs.FS) (refused []*source.Problem, err error)
}

// Plan is what publishing a folder would do.
type Plan struct {
	Current  fs.FS // the release in force; nil: nothing has been published yet
	Changes  release.Changes
	Waiting  []source.Text     // who waits where, and what becomes of them
	Stranded []*source.Problem // those of whom it is not told: with any, nothing is published
}

// server serves the page. Everything in it is reached below the token.
type server struct {
	Deps
	Seat
	*desk
	token  string
	assets map[string]string
}

// New returns the page and the path that it stands under: nobody who does not
// know the path can read or change a thing.
func New(d Deps) (h http.Handler, path string, err error) {
	assets, err := web.Assets()
	if err != nil {
		return nil, "", err
	}
	s := &server{Deps: d, desk: newDesk(d, &folder{root: d.Root}), token: rand.Text(), assets: assets}
	if err := s.look(context.Background()); err != nil {
		return nil, "", fmt.Errorf("open programme folder: %w", err)
	}
	return s.guarded(s.routes()), "/" + s.token + "/", nil
}

// routes is every address of the page: what is built, which is no secret, and
// the rest below the token.
func (s *server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /a/{file}", web.ServeAsset)
	mux.Handle("/", s.known(s.secrets()))
	return mux
}

func (s *server) secrets() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(*http.Request, view) (any, error){
		"GET /state":        s.state,
		"GET /file":         s.openFile,
		"POST /file/save":   s.saveFile,
		"POST /file/make":   s.makeFile,
		"POST /file/rename": s.renameFile,
		"POST /file/remove": s.removeFile,
		"POST /check":       s.checkDraft,
		"POST /complete":    s.complete,
		"POST /explain":     s.explain,
		"POST /talk":        s.talk,
		"POST /record":      s.record,
		"GET /graph":        s.graph,
		"POST /tests":       s.runTests,
	} {
		mux.HandleFunc(pattern, s.answer(serve))
	}
	if s.Home == "" { // another site has a page of its own for that
		mux.HandleFunc("POST /preview", s.answer(s.preview))
		mux.HandleFunc("POST /publish", s.answer(s.publish))
	}
	mux.HandleFunc("GET /{$}", s.showPage)
	mux.HandleFunc("GET /mistakes/{code}", s.showMistake)
	return mux
}

// known serves whoever has the link, and nobody else learns that there is
// anything.
func (s *server) known(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
			http.NotFound(w, r)
			return
		}
		http.StripPrefix("/"+s.token, inner).ServeHTTP(w, r)
	})
}

// MaxBody bounds a request: a file and what JSON makes of it.
const MaxBody = 4 * source.MaxBytes

// guarded refuses what other sites make a browser send, and names other than
// this machine's own: a site may let its name point here.
func (s *server) guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // the path is the key
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", contentSecurity(""))
		if !Loopback(r.Host) {
			http.Error(w, "this page is opened as http://127.0.0.1", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		next.ServeHTTP(w, r)
	})
}

// contentSecurity lets the page load our own files only and run no inline
// script. The editor makes a style sheet of its own, which carries the nonce.
func contentSecurity(nonce string) string {
	style := "style-src 'self'"
	if nonce != "" {
		style += " 'nonce-" + nonce + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", style, "style-src-attr 'unsafe-inline'", "img-src 'self' data:",
		"connect-src 'self'", "font-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// Loopback says whether an address, with or without a port, is this machine's
// own and nobody else's.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
