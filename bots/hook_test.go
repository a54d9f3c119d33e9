package bots_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"besedka/bots"
)

func TestGuarded(t *testing.T) {
	t.Parallel()
	bad := errors.New("bad")
	if err := bots.Guarded(func() error { return bad }); !errors.Is(err, bad) {
		t.Errorf("an error becomes %v", err)
	}
	var none []int
	err := bots.Guarded(func() error { return errors.New(strings.Repeat("x", none[0])) })
	if err == nil || strings.Contains(err.Error(), "index") {
		t.Errorf("a panic becomes %v", err)
	}
}

func TestHook(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{"ok": http.StatusInternalServerError, strings.Repeat("a", 1<<20+1): http.StatusRequestEntityTooLarge} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		if got, ok := bots.HookBody(w, r, 1<<20); ok {
			if string(got) != body {
				t.Errorf("%d bytes of %d", len(got), len(body))
			}
			bots.NotTaken(w, r, slog.New(slog.DiscardHandler), "max/1", io.EOF)
		}
		if w.Code != want {
			t.Errorf("%d bytes are answered with %d", len(body), w.Code)
		}
	}
	for _, tt := range []struct {
		got, want string
		same      bool
	}{{"a", "a", true}, {"a", "b", false}, {"", "a", false}, {"", "", false}, {"a", "", false}} {
		if bots.SameSecret(tt.got, tt.want) != tt.same {
			t.Errorf("%q for %q", tt.got, tt.want)
		}
	}
}
