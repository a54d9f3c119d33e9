package author

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	kept "besedka/core/draft"
	"besedka/core/source"
)

// opening opens a file as a page does.
func (s *site) opening(name string) opened {
	s.t.Helper()
	var file opened
	if status := s.ask("file?name="+name, nil, &file); status != http.StatusOK {
		s.t.Fatalf("open %s: %d", name, status)
	}
	return file
}

func TestSaveNeverOverwritesWhatWasNotSeen(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	const name = "flows/about.yaml"
	one, other := s.opening(name), s.opening(name) // two tabs
	if status := s.ask("file/save", draft{Name: name, Text: one.Text + "# one\n", Seen: one.Hash}, nil); status != http.StatusOK {
		t.Fatalf("the first tab is answered %d", status)
	}
	var refused refusal
	if status := s.ask("file/save", draft{Name: name, Text: "other", Seen: other.Hash}, &refused); status != http.StatusConflict {
		t.Fatalf("the second tab is answered %d", status)
	}
	if refused.Text != one.Text+"# one\n" || refused.Hash != kept.HashOf([]byte(refused.Text)) || refused.Why == "" {
		t.Errorf("the second tab is told %+v", refused)
	}
	s.write(name, "another editor\n")
	if status := s.ask("file/save", draft{Name: name, Text: "other", Seen: refused.Hash}, nil); status != http.StatusConflict {
		t.Errorf("over another editor's text: %d", status)
	}
	if got := s.read(name); got != "another editor\n" {
		t.Errorf("the file holds %q", got)
	}
	left, err := filepath.Glob(filepath.Join(s.dir, "flows", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("saving leaves %q (%v)", left, err)
	}
}

func TestSaveKeepsLineEndsAndMode(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	s.write("segments.yaml", "a: checking > 0\r\n")
	seen := s.opening("segments.yaml")
	if s.ask("file/save", draft{Name: "segments.yaml", Text: "b: checking > 0\r\n", Seen: seen.Hash}, nil) != http.StatusOK {
		t.Fatal("not saved")
	}
	info, err := os.Stat(filepath.Join(s.dir, "segments.yaml"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if got := s.read("segments.yaml"); got != "b: checking > 0\r\n" {
		t.Errorf("the file holds %q", got)
	}
}

func TestMakeRenameRemove(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	var after state
	for _, name := range []string{"flows/новый.yaml", "flows/новый.test.yaml"} {
		if status := s.ask("file/make", draft{Name: name}, &after); status != http.StatusOK {
			t.Fatalf("make %s: %d", name, status)
		}
		if len(after.Findings) > 0 {
			t.Errorf("what %s begins with: %+v", name, after.Findings)
		}
	}
	if got := s.read("locales/en/новый.yaml"); !strings.Contains(got, "hello.say:") {
		t.Errorf("the translation that comes along is %q", got)
	}
	if status := s.ask("file/make", draft{Name: "flows/новый.yaml"}, nil); status != http.StatusConflict {
		t.Errorf("made twice: %d", status)
	}
	seen := s.opening("flows/новый.test.yaml").Hash
	if status := s.ask("file/rename", draft{Name: "flows/новый.test.yaml", To: "flows/menu.yaml", Seen: seen}, nil); status != http.StatusConflict {
		t.Errorf("renamed over another file: %d", status)
	}
	if status := s.ask("file/rename", draft{Name: "flows/новый.test.yaml", To: "flows/иной.test.yaml", Seen: seen}, nil); status != http.StatusOK {
		t.Errorf("not renamed: %d", status)
	}
	if status := s.ask("file/remove", draft{Name: "flows/иной.test.yaml", Seen: "not seen"}, nil); status != http.StatusConflict {
		t.Errorf("removed unseen: %d", status)
	}
	if status := s.ask("file/remove", draft{Name: "flows/иной.test.yaml", Seen: seen}, nil); status != http.StatusOK {
		t.Errorf("not removed: %d", status)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "flows/иной.test.yaml")); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}

// TestSurveyFromNothing makes a survey, with its test and its translations, and
// answers it.
func TestSurveyFromNothing(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	var after state
	for _, name := range []string{"surveys/tea.yaml", "faq.yaml", "services.yaml"} {
		if status := s.ask("file/make", draft{Name: name}, &after); status != http.StatusOK {
			t.Fatalf("make %s: %d", name, status)
		}
		if len(after.Findings) > 0 {
			t.Errorf("what %s begins with: %+v", name, after.Findings)
		}
	}
	for _, name := range []string{"surveys/tea.test.yaml", "locales/en/survey.tea.yaml", "locales/en/faq.yaml"} {
		if s.opening(name).Text == "" {
			t.Errorf("%s does not come along", name)
		}
	}
	var ran struct{ Tests, Failed int }
	if s.ask("tests", struct{}{}, &ran); ran.Failed > 0 {
		t.Errorf("%d tests fail", ran.Failed)
	}
	talk := doing(":begin survey.tea/mark", ":press 10")
	if p := s.play(talk); !strings.Contains(words(p.HTML), "Спасибо! Вы очень помогли.") {
		t.Errorf("from the second question: %s", words(p.HTML))
	}
	const test = "surveys/tea.test.yaml"
	seen := s.opening(test).Hash
	if status := s.ask("record", recording{Talk: talk, Name: "со второго", File: test, Seen: seen}, nil); status != http.StatusOK {
		t.Fatalf("not recorded: %d", status)
	}
	if got := s.read(test); !strings.Contains(got, "tea: до конца") || !strings.Contains(got, "со второго") {
		t.Errorf("recorded is:\n%s", got)
	}
	if s.ask("tests", struct{}{}, &ran); ran.Failed > 0 {
		t.Errorf("with the recorded one %d tests fail", ran.Failed)
	}
	now := s.opening(test).Hash
	if status := s.ask("file/rename", draft{Name: test, To: "surveys/tea2.test.yaml", Seen: now}, nil); status != http.StatusOK {
		t.Errorf("not renamed: %d", status)
	}
	if status := s.ask("file/remove", draft{Name: "surveys/tea2.test.yaml", Seen: now}, nil); status != http.StatusOK {
		t.Errorf("not removed: %d", status)
	}
	if status := s.ask("file/make", draft{Name: test}, &after); status != http.StatusOK || len(after.Findings) > 0 || !strings.Contains(s.read(test), "begin: survey.tea") {
		t.Errorf("a test of its own: %d %+v\n%s", status, after.Findings, s.read(test))
	}
	if err := os.Remove(filepath.Join(s.dir, "locales/en/survey.tea.yaml")); err != nil {
		t.Fatal(err)
	}
	if status := s.ask("file/make", draft{Name: "locales/en/survey.tea.yaml"}, nil); status != http.StatusOK || !strings.Contains(s.read("locales/en/survey.tea.yaml"), "mark.ask:\n") {
		t.Errorf("a translation to fill: %d", status)
	}
}

func TestTranslationToFill(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	if err := os.Remove(filepath.Join(s.dir, "locales/en/waiting.yaml")); err != nil {
		t.Fatal(err)
	}
	if status := s.ask("file/make", draft{Name: "locales/en/waiting.yaml"}, nil); status != http.StatusOK {
		t.Fatalf("not made: %d", status)
	}
	if got := s.read("locales/en/waiting.yaml"); !strings.Contains(got, ".say:\n") {
		t.Errorf("the translation begins with %q", got)
	}
}

// TestNothingOutside reaches for files outside of the folder by every way there
// is.
func TestNothingOutside(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(s.dir, "flows", "link.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(s.dir, "lists")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../secret.yaml", outside, "flows/../../secret.yaml", "flows/link.yaml", "lists/secret.yaml", "", ".", "flows", `..\secret.yaml`} {
		if status := s.ask("file?name="+strings.ReplaceAll(name, `\`, "%5C"), nil, nil); status == http.StatusOK {
			t.Errorf("%q is opened", name)
		}
		for _, act := range []string{"save", "remove", "rename"} {
			d := draft{Name: name, To: "flows/x.yaml", Text: "mine", Seen: kept.HashOf([]byte("secret"))}
			if status := s.ask("file/"+act, d, nil); status == http.StatusOK {
				t.Errorf("%s of %q is answered %d", act, name, status)
			}
		}
	}
	for _, name := range []string{"../x.yaml", "flows/../../x.yaml", "lists/x.txt", "/tmp/x.yaml", "flows/.x.yaml", "flows/x.sh", "programme.go"} {
		if status := s.ask("file/make", draft{Name: name, Text: "mine"}, nil); status == http.StatusOK {
			t.Errorf("%q is made", name)
		}
	}
	if got, err := os.ReadFile(outside); err != nil || string(got) != "secret" {
		t.Errorf("outside there is %q (%v)", got, err)
	}
}

// TestStrangers try the page without its link, or from another site.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	base := s.url[:strings.LastIndex(strings.TrimSuffix(s.url, "/"), "/")+1]
	for _, tt := range []struct {
		name, url string
		change    func(*http.Request)
		want      int
	}{
		{"no token", base + "state", nil, http.StatusNotFound},
		{"another token", base + "ABCDEFGHIJKLMNOPQRSTUVWXYZ/state", nil, http.StatusNotFound},
		{"another name", s.url + "state", func(r *http.Request) { r.Host = "besedka.example:80" }, http.StatusMisdirectedRequest},
		{"another site", s.url + "tests", func(r *http.Request) { r.Method = http.MethodPost; r.Header.Set("Origin", "http://127.0.0.1:1") }, http.StatusForbidden},
		{"the page", s.url, nil, http.StatusOK},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.change != nil {
			tt.change(r)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != tt.want && answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: %d, want %d", tt.name, answer.StatusCode, tt.want)
		}
		if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'; script-src 'self';") {
			t.Errorf("%s: policy %q", tt.name, policy)
		}
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:1": true, "[::1]:1": true, "localhost": true,
		"0.0.0.0:80": false, ":80": false, "192.168.0.1:80": false, "localhost.example:80": false, "127.0.0.1.example": false, "": false,
	} {
		if got := Loopback(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

// TestFiveHundredFiles works on as many files as a programme may have, and
// tells when there are more.
func TestFiveHundredFiles(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	var now state
	s.ask("state", nil, &now)
	for i := len(now.Files); i < 500; i++ {
		s.write(fmt.Sprintf("flows/f%d.yaml", i), fmt.Sprintf("flow: f%d\nsteps:\n  hi: { run: menu, end: true }\n", i))
	}
	s.ask(fmt.Sprintf("state?seen=%d", now.Version), nil, &now)
	if len(now.Files) != 500 || len(now.Findings) > 0 {
		t.Errorf("%d files, %d findings, the first %+v", len(now.Files), len(now.Findings), first(now.Findings))
	}
	s.write("flows/more.yaml", "flow: more\nsteps:\n  hi: { run: menu, end: true }\n")
	s.ask(fmt.Sprintf("state?seen=%d", now.Version), nil, &now)
	if len(now.Findings) == 0 || now.Findings[0].Code != "L125" {
		t.Errorf("of 501 files: %+v", now.Findings)
	}
}

// TestLargeTextsArePublishedWhole: the stores of a mall take more than one file of words
// may.
func TestLargeTextsArePublishedWhole(t *testing.T) {
	t.Parallel()
	dir, name := t.TempDir(), "partners.yaml"
	if err := os.WriteFile(filepath.Join(dir, name), make([]byte, source.MaxBytes+2), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f := &folder{root: root}
	if _, err := f.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := f.With("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := fs.ReadFile(files, name); err != nil || len(text) != source.MaxBytes+2 {
		t.Errorf("%d bytes (%v)", len(text), err)
	}
}
