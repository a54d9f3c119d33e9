package web

import (
	"net/http"

	"github.com/a-h/templ"
)

// showMissing answers an address that does not exist.
func (s *server) showMissing(w http.ResponseWriter, r *http.Request, v view) {
	s.render(w, r, http.StatusNotFound, missingPage(v))
}

func (s *server) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := page.Render(r.Context(), w); err != nil && r.Context().Err() == nil {
		s.Log.WarnContext(r.Context(), "page not rendered", "path", r.Pattern, "error", err)
	}
}
