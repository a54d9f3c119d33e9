package web

import (
	"errors"
	"net/http"
	"strconv"

	"besedka/storage"
	"besedka/web/problem"
)

// servePicture shows a picture that was sent to somebody to their messenger, which has
// its address. No search engine and no proxy may keep it, and nothing in it may run.
func (s *server) servePicture(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	picture, err := s.Picture(r.Context(), r.PathValue("name"))
	if errors.Is(err, storage.ErrNotFound) {
		problem.Write(w, http.StatusNotFound, "not_found", "")
		return
	}
	if err != nil {
		s.broken(w, r, "open picture", err)
		return
	}
	h.Set("Content-Type", picture.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", "inline; filename=picture")
	h.Set("Content-Length", strconv.Itoa(len(picture.Data)))
	_, _ = w.Write(picture.Data)
}
