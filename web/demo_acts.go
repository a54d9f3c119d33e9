package web

import (
	"net/http"
	"slices"
	"strconv"
)

// setFault makes the emulated tax service answer, dawdle or lie down.
func (s *server) setFault(w http.ResponseWriter, r *http.Request) {
	service := r.FormValue("service")
	if !slices.Contains(Services, service) {
		http.Error(w, "service must be one of up, slow, down", http.StatusUnprocessableEntity)
		return
	}
	if err := s.Demo.Fault(r.Context(), service); err != nil {
		s.broken(w, r, "switch emulator", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// checkBooks recomputes the ledger and answers with the outcome.
func (s *server) checkBooks(w http.ResponseWriter, r *http.Request, v view) {
	report, err := s.Demo.Books(r.Context())
	if err != nil {
		s.broken(w, r, "check books", err)
		return
	}
	s.render(w, r, http.StatusOK, booksView(v, report))
}

// serveReceipt draws a picture of the tray.
func (s *server) serveReceipt(w http.ResponseWriter, r *http.Request) {
	kind := r.PathValue("kind")
	if !slices.Contains(Tray, kind) {
		http.NotFound(w, r)
		return
	}
	png, err := s.Demo.Receipt(r.Context(), s.visitor(r), kind)
	if err != nil {
		s.broken(w, r, "draw receipt", err)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Length", strconv.Itoa(len(png)))
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(png)
}

// visitor names the browser of a demonstration: by its first shopper.
func (s *server) visitor(r *http.Request) string {
	id, _ := s.peerOf(r, "1")
	return id
}

// startAgain makes the browser a new shopper, so that the story can be lived
// from its beginning.
func (s *server) startAgain(w http.ResponseWriter, r *http.Request) {
	s.remember(w, s.shopper(r), newPeer())
	http.Redirect(w, r, s.view(r).api("/demo"), http.StatusSeeOther)
}
