package draft_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

type house struct {
	*testing.T
	db          *storage.DB
	anna, boris int64
	id          int64
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, db: storagetest.DB(t)}
	people := staff.New(h.db)
	for name, id := range map[string]*int64{"Анна": &h.anna, "Борис": &h.boris} {
		p, err := people.Invite(t.Context(), now, staff.Person{Name: name, Roles: []staff.Role{staff.Marketer}}, staff.NewToken())
		h.must(err)
		*id = p.ID
	}
	h.publish(map[string][]byte{"flows/a.yaml": []byte("a\n"), "flows/b.yaml": []byte("b\n")})
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		h.id, err = draft.OpenTx(ctx, tx, now, h.anna)
		return err
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.db.InTx(h.Context(), do))
}

func (h *house) publish(files map[string][]byte) string {
	h.Helper()
	folder, err := release.Folder(files)
	h.must(err)
	id, _, err := release.New(h.db).Publish(h.Context(), release.Order{At: now}, folder, func(context.Context, storage.Tx, string) error { return nil })
	h.must(err)
	return id
}

func (h *house) write(by int64, path, body, seen string) error {
	w := draft.Writing{Draft: h.id, Staff: by, Path: path, Body: []byte(body)}
	if seen != "" {
		w.Seen = draft.HashOf([]byte(seen))
	}
	return h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) error { return draft.WriteTx(ctx, tx, now, w) })
}

func (h *house) find() draft.Draft {
	h.Helper()
	d, err := draft.Find(h.Context(), h.db, h.id)
	h.must(err)
	return d
}

func (h *house) whole() map[string]string {
	h.Helper()
	files, err := h.find().Whole(h.Context(), h.db)
	h.must(err)
	all := map[string]string{}
	for path, body := range files {
		all[path] = string(body)
	}
	return all
}

// TestOfTwoWhoWriteOneIsFirst: many write over the same text at once, one has it, and the
// others hear whose words are there.
func TestOfTwoWhoWriteOneIsFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = h.write(h.boris, "flows/a.yaml", strings.Repeat("x", i+1), "a\n") })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		changed, lost := errors.AsType[*draft.ChangedError](err)
		switch {
		case err == nil:
			won++
		case !lost || changed.By.Name != "Борис" || string(changed.By.Body) != h.whole()["flows/a.yaml"]:
			t.Errorf("a loser hears %v", err)
		}
	}
	if won != 1 || h.find().Version != 2 {
		t.Errorf("%d have written, the draft is at %d", won, h.find().Version)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, tt := range []struct {
		path, seen string
		want       error
	}{
		{"flows/a.yaml", "", draft.ErrTaken},
		{"flows/c.yaml", "c\n", draft.ErrGone},
	} {
		if err := h.write(h.anna, tt.path, "x\n", tt.seen); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.path, err, tt.want)
		}
	}
	h.must(h.write(h.anna, "flows/c.yaml", "c\n", ""))
	h.must(h.write(h.boris, "flows/a.yaml", "", "a\n"))
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return draft.WriteTx(ctx, tx, now, draft.Writing{Draft: h.id, Staff: h.anna, Path: "flows/b.yaml", Seen: draft.HashOf([]byte("b\n"))})
	})
	if diff := cmp.Diff(map[string]string{"flows/a.yaml": "", "flows/c.yaml": "c\n"}, h.whole()); diff != "" {
		t.Error(diff)
	}
	h.must(h.write(h.anna, "flows/b.yaml", "b\n", "")) // as it was
	if d := h.find(); d.Files != 2 || d.Version != 5 || d.ChangedName != "Анна" {
		t.Errorf("the draft is %+v", d)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		d, err := draft.LockTx(ctx, tx, h.id, 5)
		if err != nil {
			return err
		}
		return draft.CloseTx(ctx, tx, now, d)
	})
	if err := h.write(h.anna, "flows/b.yaml", "x", "b\n"); !errors.Is(err, draft.ErrClosed) {
		t.Errorf("written in a closed one: %v", err)
	}
	if list, err := draft.List(t.Context(), h.db); err != nil || len(list) != 0 {
		t.Errorf("open are %v (%v)", list, err)
	}
}

func TestStaleDraftIsNotLocked(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.must(h.write(h.boris, "flows/a.yaml", "x\n", "a\n"))
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := draft.LockTx(ctx, tx, h.id, 1)
		return err
	})
	if !errors.Is(err, draft.ErrStale) {
		t.Errorf("locked: %v", err)
	}
}

func TestRebaseTx(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.must(h.write(h.anna, "flows/a.yaml", "mine\n", "a\n"))
	h.must(h.write(h.anna, "flows/b.yaml", "both\n", "b\n"))
	live := h.publish(map[string][]byte{"flows/a.yaml": []byte("theirs\n"), "flows/b.yaml": []byte("both\n"), "flows/c.yaml": []byte("c\n")})
	rebase := func(choices map[string]string) error {
		return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			d, err := draft.LockTx(ctx, tx, h.id, 0)
			if err != nil {
				return err
			}
			return draft.RebaseTx(ctx, tx, now, d, h.boris, live, choices)
		})
	}
	if err := rebase(nil); !errors.Is(err, draft.ErrConflict) {
		t.Errorf("nobody has chosen: %v", err)
	}
	h.must(rebase(map[string]string{"flows/a.yaml": draft.Mine}))
	if diff := cmp.Diff(map[string]string{"flows/a.yaml": "mine\n", "flows/b.yaml": "both\n", "flows/c.yaml": "c\n"}, h.whole()); diff != "" {
		t.Error(diff)
	}
	if d := h.find(); d.Base != live || d.Files != 1 || d.ChangedName != "Борис" {
		t.Errorf("the draft is %+v", d)
	}
}

// TestRebase: whatever changed where, a file that only one side has changed ends as that
// side has it, and what both changed is merged or told.
func TestRebase(t *testing.T) {
	t.Parallel()
	bodies := [][]byte{nil, []byte("a\nb\nc\nd\n"), []byte("A\nb\nc\nd\n"), []byte("a\nb\nc\nD\n"), []byte("x\n"), {0xff}}
	paths := []string{"p", "q", "r"}
	rapid.Check(t, func(t *rapid.T) {
		folder := func(name string) map[string][]byte {
			files := map[string][]byte{}
			for _, p := range paths {
				if body := rapid.SampledFrom(bodies).Draw(t, name+" "+p); body != nil {
					files[p] = body
				}
			}
			return files
		}
		base, mine, live := folder("base"), folder("mine"), folder("live")
		var files []draft.File
		for _, p := range paths {
			if string(base[p]) != string(mine[p]) {
				files = append(files, draft.File{Path: p, Body: mine[p]})
			}
		}
		next, conflicts := draft.Rebase(base, live, files)
		got := draft.Over(live, next)
		for _, p := range paths {
			inConflict := slices.ContainsFunc(conflicts, func(c draft.Conflict) bool { return c.Path == p })
			want := live[p]
			switch {
			case string(base[p]) == string(live[p]) || string(mine[p]) == string(live[p]):
				want = mine[p]
			case string(base[p]) != string(mine[p]):
				continue
			}
			if inConflict || string(got[p]) != string(want) {
				t.Fatalf("%s of %q, %q here and %q there: %q, conflict %v", p, base[p], mine[p], live[p], got[p], inConflict)
			}
		}
		if same := maps.EqualFunc(base, live, func(a, b []byte) bool { return string(a) == string(b) }); same && len(conflicts) > 0 {
			t.Fatalf("nothing was published, and yet %v", conflicts)
		}
	})
}
