package release_test

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/release"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func folder(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for path, body := range files {
		m[path] = &fstest.MapFile{Data: []byte(body)}
	}
	return m
}

func read(t *testing.T, f fs.FS) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(f, path)
		files[path] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func nothing(context.Context, storage.Tx, string) error { return nil }

func publish(t *testing.T, s *release.Service, at time.Time, files map[string]string) (string, bool) {
	t.Helper()
	id, changed, err := s.Publish(t.Context(), release.Order{At: at}, folder(files), nothing)
	if err != nil {
		t.Fatal(err)
	}
	return id, changed
}

func TestPublishLoadAndRollBack(t *testing.T) {
	t.Parallel()
	s := release.New(storagetest.DB(t))
	if _, err := s.Current(t.Context()); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("current before the first: %v, want ErrNotFound", err)
	}
	one := map[string]string{"programme.yaml": "name: Полянка", "flows/start.yaml": "a", "flows/empty.yaml": "", "media/same.png": "a"}
	two := map[string]string{"programme.yaml": "name: Полянка", "flows/start.yaml": "b"}

	first, changed := publish(t, s, now, one)
	if _, again := publish(t, s, now.Add(time.Minute), one); !changed || again {
		t.Errorf("changed = %v, then %v; want true, then false", changed, again)
	}
	second, _ := publish(t, s, now.Add(time.Hour), two)
	back, changed := publish(t, s, now.Add(2*time.Hour), one)
	if back != first || first == second || !changed {
		t.Errorf("rolled back to %s (changed %v), want %s", back, changed, first)
	}
	got, err := s.Current(t.Context())
	if want := (release.Publication{ID: 3, Release: first, Before: second, At: now.Add(2 * time.Hour)}); !cmp.Equal(got, want) || err != nil {
		t.Errorf("current = %+v, %v, want %+v", got, err, want)
	}
	for id, want := range map[string]map[string]string{first: one, second: two} {
		loaded, err := s.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, read(t, loaded)); diff != "" {
			t.Errorf("release %.12s (-want +got):\n%s", id, diff)
		}
	}
	if _, err := s.Load(t.Context(), "none"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("load what is not there: %v, want ErrNotFound", err)
	}
}

func TestEditorsLeftoversAreNoRelease(t *testing.T) {
	t.Parallel()
	s := release.New(storagetest.DB(t))
	first, _ := publish(t, s, now, map[string]string{"a.yaml": "a"})
	second, changed := publish(t, s, now, map[string]string{"a.yaml": "a", ".a.yaml.swp": "x", "a.yaml~": "y", ".git/HEAD": "z", "README.md": "r", "members.xlsx": "m", "schema.json": "{}", "media/.DS_Store": "d"})
	if first != second || changed {
		t.Error("hidden files and backups make another release")
	}
}

func TestPublishInParallelHappensOnce(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	var mu sync.Mutex
	changes, versions := 0, 0
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			_, changed, err := release.New(db).Publish(t.Context(), release.Order{At: now}, folder(map[string]string{"a.yaml": "a"}),
				func(context.Context, storage.Tx, string) error {
					mu.Lock()
					defer mu.Unlock()
					versions++
					return nil
				})
			mu.Lock()
			defer mu.Unlock()
			if changed {
				changes++
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if changes != 1 || versions != 1 {
		t.Errorf("%d publications, %d runs of the hook, want one of each", changes, versions)
	}
}

func TestPublishFailsWhole(t *testing.T) {
	t.Parallel()
	s := release.New(storagetest.DB(t))
	broken := errors.New("a campaign cannot have this version")
	_, _, err := s.Publish(t.Context(), release.Order{At: now}, folder(map[string]string{"a.yaml": "a"}),
		func(context.Context, storage.Tx, string) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
	if p, err := s.Current(t.Context()); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a publication that failed is in force: %+v, %v", p, err)
	}
}
