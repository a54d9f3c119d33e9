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
)

// press is a database that keeps one publication in memory.
type press struct {
	now       Published
	published int
}

func (p *press) publisher() *Publisher {
	return &Publisher{
		Place:   "memory",
		Current: func(context.Context) (Published, error) { return p.now, nil },
		Publish: func(_ context.Context, folder fs.FS) error {
			files := fstest.MapFS{}
			err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := fs.ReadFile(folder, name)
				files[name] = &fstest.MapFile{Data: text}
				return err
			})
			p.now.Files, p.published = files, p.published+1
			return err
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
	p.now.Waiting = map[string]int64{"onboarding/name": 2, "onboarding/pet": 37, "-": 100, "gone/step": 1}
	told, version = s.offered()
	for _, want := range []string{
		"Изменено файлов 1: flows/onboarding.yaml", "Новых файлов 1: flows/menu.test.yaml", "Удалено файлов 1: README.md",
		"37 человек ждут на шаге onboarding/pet", "1 человек ждёт на шаге gone/step", "Разговоров из тестов: 5",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the offer does not say %q: %s", want, told)
		}
	}
	if strings.Contains(told, "onboarding/name,") {
		t.Errorf("who waits at a step that stays is told lost: %s", told)
	}

	s.write("segments.yaml", s.read("segments.yaml")+"# later\n")
	if status := s.ask("publish", shown{2}, nil); status != http.StatusConflict || p.published != 1 {
		t.Errorf("a folder that nobody has seen is published: %d (version %s)", status, version)
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
	p.Publish = func(context.Context, fs.FS) error { return errors.New("the database is away") }
	s := publishing(t, p)
	var told refusal
	if status := s.ask("publish", shown{1}, &told); status != http.StatusInternalServerError || !strings.Contains(told.Why, "the database is away") {
		t.Errorf("%d: %+v", status, told)
	}
}
