package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"besedka/storage"
)

// TestPictures: who has the address of a picture gets it and nothing that runs, and
// nobody keeps it on the way.
func TestPictures(t *testing.T) {
	t.Parallel()
	h, _, _ := pages(t, func(d *Deps) {
		d.Picture = func(_ context.Context, name string) (Picture, error) {
			switch name {
			case "good.png":
				return Picture{Type: "image/png", Data: []byte("png")}, nil
			case "broken.png":
				return Picture{}, errors.New("the database is away")
			}
			return Picture{}, storage.ErrNotFound
		}
	})
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for name, want := range map[string]int{"good.png": http.StatusOK, "broken.png": http.StatusInternalServerError, "x.png": http.StatusNotFound} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, "/pictures/"+name, nil))
			got := w.Result()
			if got.StatusCode != want || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %d, %q", method, name, got.StatusCode, got.Header.Get("Cache-Control"))
			}
			if want != http.StatusOK {
				continue
			}
			body, _ := io.ReadAll(got.Body)
			if string(body) != "png" || got.Header.Get("Content-Type") != "image/png" || got.Header.Get("Content-Length") != "3" ||
				got.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %q with %v", method, body, got.Header)
			}
		}
	}
}
