package author

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows/templates"
	"besedka/locales"
)

// site is the page over a folder of the brand template.
type site struct {
	t         *testing.T
	dir, url  string
	publisher *Publisher
}

func folderPage(t *testing.T) *site { return publishing(t, nil) }

func publishing(t *testing.T, publisher *Publisher) *site {
	t.Helper()
	dir := t.TempDir()
	files, err := templates.Files("brand")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return openDir(t, dir, publisher)
}

func openDir(t *testing.T, dir string, publisher *Publisher) *site {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	words, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	page, path, err := New(Deps{
		Root: root, Vocabulary: actions.Vocabulary(), Facts: actions.Newcomer(), Words: words,
		Now: func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler),
		Publisher: publisher, Unable: source.Sentence("Базы нет.", "No database."),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(page)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		_ = root.Close()
	})
	return &site{t, dir, server.URL + path, publisher}
}

// write changes a file as another editor would: old for new, or the whole text
// when old is "".
func (s *site) write(name, text string, change ...string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if len(change) == 2 {
		was := s.read(name)
		if text = strings.Replace(was, change[0], change[1], 1); text == was {
			s.t.Fatalf("%s has no %q", name, change[0])
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// ask posts a body, or gets when there is none, and reads the answer.
func (s *site) ask(path string, body any, into any) (status int) {
	s.t.Helper()
	method, payload := http.MethodGet, []byte(nil)
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			s.t.Fatal(err)
		}
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(payload))
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			s.t.Fatalf("%s: %v: %s", path, err, raw)
		}
	}
	return answer.StatusCode
}
