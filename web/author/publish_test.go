package author

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/flows"
)

// press is a database that keeps one publication in memory.
type press struct {
	would     Plan
	refuses   []*source.Problem
	published int
}

func (p *press) publisher() *Publisher {
	return &Publisher{
		Place: "memory",
		Plan:  func(context.Context, fs.FS, *flows.Programme) (Plan, error) { return p.would, nil },
		Publish: func(_ context.Context, folder fs.FS) ([]*source.Problem, error) {
			if p.refuses != nil {
				return p.refuses, nil
			}
			files := fstest.MapFS{}
			err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := fs.ReadFile(folder, name)
				files[name] = &fstest.MapFile{Data: text}
				return err
			})
			p.would.Current, p.published = files, p.published+1
			return nil, err
		},
	}
}

// offered is what the panel shows, in words, and the version of its button; ""
// for a button that cannot be pressed.
func (s *site) offered() (told, version string) {
	s.t.Helper()
	var got struct{ HTML string }
	if status := s.ask("preview", struct{}{}, &got); status != http.StatusOK {
		s.t.Fatalf("preview: %d", status)
	}
	_, rest, _ := strings.Cut(got.HTML, `data-version="`)
	version, _, _ = strings.Cut(rest, `"`)
	return words(got.HTML), version
}

func TestPublish(t *testing.T) {
	t.Parallel()
	p := &press{}
	s := publishing(t, p.publisher())
	told, version := s.offered()
	if version != "1" || !strings.Contains(told, "ещё ничего не опубликовано") {
		t.Fatalf("first: %q, version %q", told, version)
	}
	if status := s.ask("publish", shown{1}, nil); status != http.StatusOK || p.published != 1 {
		t.Fatalf("published %d times, %d", p.published, status)
	}
	if told, version = s.offered(); version != "" || !strings.Contains(told, "то же самое") {
		t.Errorf("again: %q, version %q", told, version)
	}

	s.write("flows/onboarding.yaml", "", "Как вас зовут?", "А как вас зовут?")
	s.write("flows/menu.test.yaml", "- test: меню\n  script:\n    - { begin: menu, bot: [menu/show.say] }\n")
	if err := os.Remove(s.dir + "/README.md"); err != nil {
		t.Fatal(err)
	}
	p.would.Changes = release.Changes{Added: []string{"flows/menu.test.yaml"}, Changed: []string{"flows/onboarding.yaml"}, Removed: []string{"README.md"}}
	p.would.Waiting = []source.Text{source.Sentence("onboarding/pet: ждут 37 - продолжат на onboarding/animal", "onboarding/pet: 37 wait")}
	told, version = s.offered()
	for _, want := range []string{
		"Изменено файлов 1: flows/onboarding.yaml", "Новых файлов 1: flows/menu.test.yaml", "Удалено файлов 1: README.md",
		"onboarding/pet: ждут 37 - продолжат на onboarding/animal", "Разговоров из тестов: 5",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the offer does not say %q: %s", want, told)
		}
	}

	s.write("segments.yaml", s.read("segments.yaml")+"# later\n")
	if status := s.ask("publish", shown{2}, nil); status != http.StatusConflict || p.published != 1 {
		t.Errorf("a folder that nobody has seen is published: %d (version %s)", status, version)
	}
}

// TestNobodyIsStranded: what would lose somebody's answer cannot be published, and
// is told where to mend it and with what.
func TestNobodyIsStranded(t *testing.T) {
	t.Parallel()
	lost := []*source.Problem{{
		Pos: source.Pos{File: "flows/onboarding.yaml", Line: 4, Col: 1}, Code: "L220", What: source.Sentence("шага «pet» больше нет, а на нём ждут: 1", "step pet is gone"),
		Cure: source.Sentence("впишите сюда, куда им идти: moved: { pet: animal }, или дайте договорить по-старому: drain: 7d", "write here"),
	}}
	p := &press{would: Plan{Stranded: lost}}
	s := publishing(t, p.publisher())
	p.would.Current = os.DirFS(s.dir)
	var got struct{ HTML string }
	s.ask("preview", struct{}{}, &got)
	for _, want := range []string{`data-goto="flows/onboarding.yaml" data-line="4"`, `data-text="moved: { pet: animal }"`, "ждут люди", `class="primary" disabled`} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("the offer has no %q: %s", want, got.HTML)
		}
	}
	if strings.Contains(got.HTML, "data-version") {
		t.Error("the button can be pressed")
	}
	var told refusal
	if status := s.ask("publish", shown{1}, &told); status != http.StatusConflict || len(told.Findings) != 1 || p.published != 0 {
		t.Errorf("published: %d %+v", status, told)
	}
	p.would.Stranded, p.refuses = nil, lost // somebody came there after the offer
	told = refusal{}
	if status := s.ask("publish", shown{1}, &told); status != http.StatusConflict || len(told.Findings) != 1 || told.Findings[0].Code != "L220" || !strings.Contains(told.Why, "ждут люди") {
		t.Errorf("published: %d %+v", status, told)
	}
}

func TestNothingIsPublishedWithMistakes(t *testing.T) {
	t.Parallel()
	p := &press{}
	s := publishing(t, p.publisher())
	s.write("flows/onboarding.yaml", "", "agree: name", "agree: nmae")
	told, version := s.offered()
	if version != "" || !strings.Contains(told, "нет шага «nmae»") {
		t.Errorf("%q, version %q", told, version)
	}
	if status := s.ask("publish", shown{1}, nil); status != http.StatusConflict || p.published != 0 {
		t.Errorf("published: %d", status)
	}
}

func TestNowhereToPublish(t *testing.T) {
	t.Parallel()
	s := folderPage(t)
	if told, version := s.offered(); version != "" || !strings.Contains(told, "Базы нет.") {
		t.Errorf("%q, version %q", told, version)
	}
	if status := s.ask("publish", shown{1}, nil); status != http.StatusConflict {
		t.Errorf("published: %d", status)
	}
}

func TestPublishingThatFailsIsTold(t *testing.T) {
	t.Parallel()
	p := (&press{}).publisher()
	p.Publish = func(context.Context, fs.FS) ([]*source.Problem, error) {
		return nil, errors.New("the database is away")
	}
	s := publishing(t, p)
	var told refusal
	if status := s.ask("publish", shown{1}, &told); status != http.StatusInternalServerError || !strings.Contains(told.Why, "the database is away") {
		t.Errorf("%d: %+v", status, told)
	}
}
