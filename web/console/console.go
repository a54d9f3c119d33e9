package console

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/flows"
	"besedka/locales"
	"besedka/web"
	"besedka/web/console/ui"
	"besedka/web/sse"
)

// Deps is what the console stands on.
type Deps struct {
	Staff     *staff.Service
	Access    *access.Service
	Keys      *seal.Keyring
	Programme func() *flows.Programme // as published now
	Words     *locales.Catalog
	Sections  []Section                                    // in the order of the bar
	Channels  func(ctx context.Context) ([]Channel, error) // may be nil
	Bell      *Bell                                        // wakes open pages; nil: they look by themselves
	Public    string                                       // the address of the site: https://loyalty.example
	Demo      bool
	Group     bool // the staff have a group in Telegram
	Now       func() time.Time
	Log       *slog.Logger
}

type server struct {
	Deps
	assets  map[string]string
	topics  map[string]Topic
	streams sse.Crowd
}

// New builds the handler of /console/. A route or a topic without a permission is an
// error: nobody is let in by oversight.
func New(d Deps) (http.Handler, error) {
	assets, err := web.Assets()
	if err != nil {
		return nil, err
	}
	s := &server{Deps: d, assets: assets, topics: map[string]Topic{}}
	if s.Bell == nil {
		s.Bell = &Bell{}
	}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		if r.Permission == "" {
			return nil, fmt.Errorf("%s %s: nobody has said who may open it", r.Method, r.Path)
		}
		mux.HandleFunc(r.Method+" "+r.Path, s.guard(r))
	}
	for _, section := range d.Sections {
		for _, t := range section.Topics {
			if t.Permission == "" {
				return nil, fmt.Errorf("topic %s: nobody has said who may watch it", t.Name)
			}
			s.topics[t.Name] = t
		}
	}
	return mux, nil
}

// routes are the console's own and those of its sections.
func (s *server) routes() []Route {
	all := []Route{
		{http.MethodGet, "/console/{$}", SignedIn, s.toHome},
		{http.MethodGet, "/console", SignedIn, s.showHome},
		{http.MethodGet, "/console/ui", SignedIn, s.showPieces},
		{http.MethodGet, "/console/events", SignedIn, s.stream},
		{http.MethodPost, "/console/look", Anybody, s.changeLook},
		{http.MethodPost, "/console/signout", SignedIn, s.signOut},
		{http.MethodGet, "/console/signin", Anybody, s.showSignIn},
		{http.MethodPost, "/console/signin", Anybody, s.signInByPassword},
		{http.MethodPost, "/console/signin/passkey/begin", Anybody, s.beginSignIn},
		{http.MethodPost, "/console/signin/passkey", Anybody, s.signInByPasskey},
		{http.MethodGet, "/console/invitation/{token}", Anybody, s.showInvitation},
		{http.MethodPost, "/console/invitation/{token}/passkey/begin", Anybody, s.beginInvited},
		{http.MethodPost, "/console/invitation/{token}/passkey", Anybody, s.acceptByPasskey},
		{http.MethodPost, "/console/invitation/{token}/password", Anybody, s.acceptByPassword},
		{http.MethodPost, "/console/invitation/{token}/look", Anybody, s.look},
		{http.MethodGet, "/console/account", SignedIn, s.showAccount},
		{http.MethodPost, "/console/account/passkey/begin", SignedIn, whenFresh(s.beginPasskey)},
		{http.MethodPost, "/console/account/passkey", SignedIn, whenFresh(s.addPasskey)},
		{http.MethodPost, "/console/account/passkey/remove", SignedIn, whenFresh(s.removePasskey)},
		{http.MethodGet, "/console/account/password", SignedIn, whenFresh(s.showPassword)},
		{http.MethodPost, "/console/account/password", SignedIn, whenFresh(s.setPassword)},
		{http.MethodPost, "/console/account/codes", SignedIn, whenFresh(s.renewCodes)},
		{http.MethodPost, "/console/account/session/end", SignedIn, s.endSession},
		{http.MethodPost, "/console/account/telegram", SignedIn, whenFresh(s.showTelegramCode)},
		{http.MethodGet, "/console/", Anybody, s.showMissing},
	}
	for _, section := range s.Sections {
		all = append(all, section.Routes...)
	}
	return all
}

// sections are those that a visitor may open.
func (s *server) sections(v *Visit) (open []ui.Section) {
	for _, section := range s.Sections {
		if first := section.Routes[0]; v.may(first.Permission) && !(section.Whole && len(v.By.Partners) > 0) {
			open = append(open, ui.Section{Name: section.Name, Path: first.Path})
		}
	}
	return open
}

// secure says whether browsers reach us over HTTPS.
func (s *server) secure() bool { return strings.HasPrefix(s.Public, "https://") }
