package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/web/console/ui"
)

// maxBody is what a form holds at most, in bytes.
const maxBody = 64 << 10

// guard lets those in who may, and answers what goes wrong.
func (s *server) guard(r Route) http.HandlerFunc {
	limit := s.limit(r)
	return func(w http.ResponseWriter, req *http.Request) {
		if len(s.assets) == 0 {
			http.Error(w, "The pages are not built yet: run make web, then start the server again.", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		req.Body = http.MaxBytesReader(w, req.Body, limit)
		v := s.visit(w, req)
		err := s.admit(v, r)
		if err == nil {
			err = r.Serve(v)
		}
		if err != nil {
			s.refuse(v, err)
		}
	}
}

// limit is how many bytes a request of a route may hold.
func (s *server) limit(r Route) int64 {
	for _, section := range s.Sections {
		if bytes := section.Files[r.Path]; bytes > 0 && r.Method == http.MethodPost {
			return bytes
		}
		if section.Body > 0 && slices.ContainsFunc(section.Routes, func(one Route) bool { return one.Path == r.Path }) {
			return section.Body
		}
	}
	return maxBody
}

// admit finds out who visits and whether they may.
func (s *server) admit(v *Visit, r Route) error {
	cookie, err := v.R.Cookie(s.cookie())
	if err == nil {
		v.Session, err = s.Access.Find(v.R.Context(), v.Now, cookie.Value)
		if err != nil && !errors.Is(err, access.ErrNoSession) {
			return err
		}
	}
	v.By = v.Session.By
	s.wear(v, v.Session.Look)
	v.Sections = s.sections(v)
	if waits, ok := s.topics["waits"]; ok && v.By.ID != 0 && v.may(waits.Permission) {
		v.Frame.Waits = ui.Watch{Topic: fmt.Sprintf("waits:%d", v.By.ID)}
	}
	switch {
	case v.may(r.Permission):
	case v.By.ID == 0:
		return access.ErrNoSession
	default:
		name := r.Method + " " + r.Path
		err := s.Staff.NoteRefusal(v.R.Context(), v.Now, staff.Refusal{Staff: v.By.ID, Route: name, Object: name, Why: string(r.Permission)})
		if err != nil {
			return err
		}
		return Refusal{http.StatusForbidden, "forbidden"}
	}
	if v.By.ID == 0 || unmanned(v.R.URL.Path) { // a page that is open is not a person who works
		return nil
	}
	return s.Access.Note(v.R.Context(), v.Now, v.Session)
}

// Foreign is the answer to who works for some partners and asks for what is another's: it is
// not found, as what does not exist. The log has it.
func (v *Visit) Foreign(object string) error {
	err := v.s.Staff.NoteRefusal(v.R.Context(), v.Now, staff.Refusal{Staff: v.By.ID, Route: v.R.Pattern, Object: object, Why: "partner"})
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is another partner's: %w", object, storage.ErrNotFound)
}

// unmanned says whether pages ask for an address by themselves, for what is new.
func unmanned(path string) bool {
	return path == "/console/events" || strings.HasSuffix(path, "/presence") || strings.HasSuffix(path, "/state") || strings.HasSuffix(path, "/graph")
}

// Refusal is an answer that a page foresaw: the texts console.errors.<Key>.what and
// .cure say what happened and what to do.
type Refusal struct {
	Status int
	Key    string
}

func (r Refusal) Error() string { return "refused: " + r.Key }

// refuse shows what went wrong. What nobody foresaw is logged and not shown.
func (s *server) refuse(v *Visit, err error) {
	refusal, foreseen := errors.AsType[Refusal](err)
	_, tooBig := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, access.ErrNoSession):
		s.toSignIn(v)
		return
	case foreseen:
	case tooBig:
		refusal = Refusal{http.StatusRequestEntityTooLarge, "too_big"}
	case errors.Is(err, storage.ErrNotFound):
		refusal = Refusal{http.StatusNotFound, "missing"}
	case v.R.Context().Err() != nil: // the reader left
		return
	default:
		s.Log.ErrorContext(v.R.Context(), "console page not served", "route", v.R.Pattern, "error", err)
		refusal = Refusal{http.StatusInternalServerError, "internal"}
	}
	s.render(v, refusal.Status, errorPage(v.View, refusal.Key))
}

// toSignIn sends people to the sign-in page, from where they come back, and tells
// scripts that nobody is signed in.
func (s *server) toSignIn(v *Visit) {
	if v.R.Method != http.MethodGet || v.R.URL.Path == "/console/events" {
		s.render(v, http.StatusUnauthorized, errorPage(v.View, "signed_out"))
		return
	}
	http.Redirect(v.w, v.R, "/console/signin?to="+url.QueryEscape(v.R.URL.RequestURI()), http.StatusSeeOther)
}
