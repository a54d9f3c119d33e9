package storage_test

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sync/errgroup"

	"besedka/storage"
	"besedka/storage/storagetest"
)

func TestMigrateFromManyProcesses(t *testing.T) {
	t.Parallel()
	dsn := storagetest.EmptyDSN(t)
	var g errgroup.Group
	for range 3 {
		g.Go(func() error { return storage.Migrate(t.Context(), dsn) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	twice, err := storage.Value[int](t.Context(), openDSN(t, dsn),
		"select count(*) - count(distinct version_id) from goose_db_version")
	if err != nil || twice != 0 {
		t.Errorf("migrations applied twice: %d, %v", twice, err)
	}
}

const (
	insertSetting = "insert into setting (name, value) values ($1, $2)"
	selectSetting = "select name, value from setting order by name"
)

type setting struct{ Name, Value string }

func settings(t *testing.T, db *storage.DB) []setting {
	t.Helper()
	all, err := storage.Collect[setting](t.Context(), db, selectSetting)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestInTwoTrips(t *testing.T) {
	t.Parallel()
	errDecide := errors.New("changed its mind")
	tests := []struct {
		name   string
		decide func(apply *storage.Batch) error
		want   error
		kept   int
	}{
		{"commits what decide queues", func(apply *storage.Batch) error {
			apply.Exec(insertSetting, "new", "1")
			apply.ExecN(1, "update setting set value = '2' where name = 'old'")
			return nil
		}, nil, 2},
		{"rolls back on decide's error", func(apply *storage.Batch) error {
			apply.Exec(insertSetting, "new", "1")
			return errDecide
		}, errDecide, 1},
		{"rolls back when a guard finds its row moved", func(apply *storage.Batch) error {
			apply.Exec(insertSetting, "new", "1")
			apply.ExecN(1, "update setting set value = '2' where name = 'nobody'")
			return nil
		}, storage.ErrMoved, 1},
		{"rolls load back when nothing is queued", func(*storage.Batch) error { return nil }, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := storagetest.DB(t)
			if _, err := db.Exec(t.Context(), insertSetting, "old", "1"); err != nil {
				t.Fatal(err)
			}
			load := &storage.Batch{}
			rows := storage.Queue[setting](load, selectSetting+" for update")
			err := db.InTwoTrips(t.Context(), load, func(_ context.Context, _ storage.Tx, apply *storage.Batch) error {
				if len(*rows) != 1 || (*rows)[0].Name != "old" {
					t.Errorf("loaded %v, want the old setting", *rows)
				}
				return tt.decide(apply)
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("InTwoTrips = %v, want %v", err, tt.want)
			}
			if got := settings(t, db); len(got) != tt.kept {
				t.Errorf("settings = %v, want %d of them", got, tt.kept)
			}
		})
	}
}

// Two transactions that lock two rows in opposite order both end well.
func TestInTxRunsAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, name := range []string{"a", "b"} {
		if _, err := db.Exec(t.Context(), insertSetting, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	lockedFirst := make(chan struct{}, 2)
	bothLocked := make(chan struct{})
	go func() {
		<-lockedFirst
		<-lockedFirst
		close(bothLocked)
	}()
	cross := func(first, second string) func() error {
		attempts := 0
		return func() error {
			return db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
				const touch = "update setting set value = value || 'x' where name = $1"
				if _, err := tx.Exec(ctx, touch, first); err != nil {
					return err
				}
				if attempts++; attempts == 1 {
					lockedFirst <- struct{}{}
					<-bothLocked
				}
				_, err := tx.Exec(ctx, touch, second)
				return err
			})
		}
	}
	var g errgroup.Group
	g.Go(cross("a", "b"))
	g.Go(cross("b", "a"))
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, s := range settings(t, db) {
		if s.Value != "xx" {
			t.Errorf("setting %s = %q, want one x of each transaction", s.Name, s.Value)
		}
	}
}

func TestSnapshotIsOneMomentAndTakesItsTime(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	const qTimeout = "select current_setting('statement_timeout')"
	err := db.InSnapshot(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		timeout, err := storage.Value[string](ctx, tx, qTimeout)
		if err != nil || timeout != "0" {
			t.Errorf("statements may take %q, %v; want 0, which is for ever", timeout, err)
		}
		before, err := storage.Collect[setting](ctx, tx, selectSetting)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, insertSetting, "new", "1"); err != nil {
			return err
		}
		after, err := storage.Collect[setting](ctx, tx, selectSetting)
		if len(after) != len(before) {
			t.Errorf("a row has come between two reads: %d, then %d", len(before), len(after))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if timeout, err := storage.Value[string](t.Context(), db, qTimeout); err != nil || timeout != "30s" {
		t.Errorf("afterwards statements may take %q, %v; want 30s", timeout, err)
	}
}

// TestSessionIsWatched: others see a session's number exactly as long as it
// lasts.
func TestSessionIsWatched(t *testing.T) {
	t.Parallel()
	dsn := storagetest.DSN(t)
	watched, watcher := openDSN(t, dsn), openDSN(t, dsn)
	number := func() int64 {
		t.Helper()
		n, err := watched.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	lives := func(n int64) bool {
		t.Helper()
		there, err := storage.Value[bool](t.Context(), watcher, `select exists (select from living_session where number = $1)`, n)
		if err != nil {
			t.Fatal(err)
		}
		return there
	}
	first := number()
	if again := number(); again != first || !lives(first) {
		t.Errorf("session %d, then %d; lives %v", first, again, lives(first))
	}
	storagetest.CutSession(t, watched)
	if lives(first) {
		t.Error("the session lives after its end")
	}
	if second := number(); second == first || !lives(second) {
		t.Errorf("the next session is %d after %d; lives %v", second, first, lives(second))
	}
}
