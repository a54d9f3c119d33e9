package web

import (
	"errors"
	"net/http"

	"besedka/storage"
)

// askToEnd shows whoever follows the link in a letter the one button. To look changes
// nothing: programs that look for viruses follow links, too.
func (s *server) askToEnd(w http.ResponseWriter, r *http.Request, v view) {
	s.render(w, r, http.StatusOK, lettersPage(v, false))
}

// endLetters ends such letters: for the button, and for the mail program's own, RFC 8058.
func (s *server) endLetters(w http.ResponseWriter, r *http.Request, v view) {
	err := s.Unsubscribe(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		s.showMissing(w, r, v)
	case err != nil:
		s.Log.ErrorContext(r.Context(), "letters not ended", "error", err)
		http.Error(w, v.T("letters.trouble"), http.StatusServiceUnavailable)
	default:
		s.render(w, r, http.StatusOK, lettersPage(v, true))
	}
}
