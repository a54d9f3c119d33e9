package consoletest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
	"besedka/web"
	"besedka/web/console"
)

// Stage is a site with a console, on a database of its own.
type Stage struct {
	DB     *storage.DB
	Keys   *seal.Keyring
	Staff  *staff.Service
	Access *access.Service
	URL    string // by the name localhost, which passkeys need

	Public string // where browsers are told that the site is; URL by default
	Demo   bool

	Channels func(ctx context.Context) ([]console.Channel, error) // that the first page shows; nil: none

	t      testing.TB
	server *httptest.Server
}

// Zone is the programme's.
var Zone = time.FixedZone("MSK", 3*60*60)

// Open stages sections. Pages have to be built: make web.
func Open(t testing.TB, sections func(s *Stage) []console.Section) *Stage {
	t.Helper()
	return OpenWith(t, Stage{}, sections)
}

// OpenWith is Open of a site with a Public address of its own, or of a demonstration, or of
// another process on the DB of a stage.
func OpenWith(t testing.TB, as Stage, sections func(s *Stage) []console.Section) *Stage {
	t.Helper()
	if assets, err := web.Assets(); err != nil || len(assets) == 0 {
		t.Fatalf("the pages are not built, run make web: %v", err)
	}
	keys, err := seal.New([]byte(strings.Repeat("k", seal.KeyBytes)))
	if err != nil {
		t.Fatal(err)
	}
	db := as.DB
	if db == nil {
		db = storagetest.DB(t)
	}
	s := &Stage{DB: db, Keys: keys, Staff: staff.New(db), Public: as.Public, Demo: as.Demo, Channels: as.Channels, t: t}
	server := httptest.NewUnstartedServer(nil)
	s.URL = strings.Replace("http://"+server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	if s.Public == "" {
		s.Public = s.URL
	}
	if s.Access, err = access.New(db, keys, s.Public); err != nil {
		t.Fatal(err)
	}
	server.Config = web.Server(t.Context(), s.site(sections(s)))
	server.Start()
	s.server = server
	t.Cleanup(s.Stop)
	return s
}

// Stop takes the site away from those who look at it.
func (s *Stage) Stop() {
	s.server.CloseClientConnections()
	s.server.Close()
}

func (s *Stage) site(sections []console.Section) http.Handler {
	s.t.Helper()
	words, err := locales.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	programme := func() *flows.Programme {
		return &flows.Programme{Name: flows.Words{"ru": "Полянка", "en": "Polyanka"}, Languages: []string{"ru", "en"}, Location: Zone}
	}
	log := slog.New(slog.NewTextHandler(s.t.Output(), nil))
	pages, err := console.New(console.Deps{
		Staff: s.Staff, Access: s.Access, Keys: s.Keys, Programme: programme, Words: words, Sections: sections, Public: s.Public, Demo: s.Demo, Group: true, Channels: s.Channels, Now: time.Now, Log: log,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	site, err := web.New(web.Deps{Programme: programme, Words: words, Console: pages, Registry: prometheus.NewRegistry(), Log: log})
	if err != nil {
		s.t.Fatal(err)
	}
	return site
}

// SignIn is the cookie of a new person with such roles, who has signed in.
func (s *Stage) SignIn(name string, roles ...staff.Role) *http.Cookie {
	s.t.Helper()
	ctx, now := s.t.Context(), time.Now()
	p, err := s.Staff.Invite(ctx, now, staff.Person{Name: name, Roles: roles}, staff.NewToken())
	if err != nil {
		s.t.Fatal(err)
	}
	return s.Session(p.ID)
}

// Session is the cookie of a person who has signed in once more.
func (s *Stage) Session(person int64) *http.Cookie {
	s.t.Helper()
	var token string
	err := s.DB.InTx(s.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		token, err = s.Access.StartTx(ctx, tx, time.Now(), person, access.ByPasskey, "Chrome, Linux")
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return &http.Cookie{Name: console.StaffCookie, Value: token, Path: "/", HttpOnly: true}
}

// Client asks with a cookie, and follows no redirects. Without one it is a stranger.
func (s *Stage) Client(cookie *http.Cookie) *http.Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	if cookie != nil {
		jar.SetCookies(at, []*http.Cookie{cookie})
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
