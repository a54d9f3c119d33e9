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
	"besedka/flows/programme"
	"besedka/flows/templates"
	"besedka/locales"
)

// learned is learned once for all tests: each by itself would take minutes of a busy machine.
var learned = Learn(actions.Vocabulary())

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

// TestShippedProgramme: a folder with pictures and a survey has no mistakes and
// talks, and so does a draft of it.
func TestShippedProgramme(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, programme.Files); err != nil {
		t.Fatal(err)
	}
	s := openDir(t, dir, nil)
	var now state
	s.ask("state", nil, &now)
	if len(now.Findings) > 0 || now.Programme == 0 {
		t.Fatalf("%d findings, the first %+v", len(now.Findings), first(now.Findings))
	}
	if p := s.play(doing("/start")); !strings.Contains(p.At, "/") {
		t.Errorf("the talk stands at %q", p.At)
	}
	var found struct{ Findings []finding }
	s.ask("check", draft{Name: "flows/receipt_how.yaml", Text: s.read("flows/receipt_how.yaml") + "# draft\n"}, &found)
	if len(found.Findings) > 0 {
		t.Errorf("a draft has %+v", found.Findings)
	}
	var ran struct{ Tests, Failed int }
	if s.ask("tests", struct{}{}, &ran); ran.Tests == 0 || ran.Failed > 0 {
		t.Errorf("%d of %d tests fail", ran.Failed, ran.Tests)
	}
	s.write("media/chek-primer.png", "no picture")
	s.ask("state?seen=1", nil, &now)
	if len(now.Findings) == 0 || now.Findings[0].Code != "L404" {
		t.Errorf("of a broken picture: %+v", now.Findings)
	}
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
		Root: root, Vocabulary: actions.Vocabulary(), Facts: actions.Newcomer(), Words: words, Shapes: learned,
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
