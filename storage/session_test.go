package storage_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestSessionOutlivesItsCaller: a caller that is told to stop in the middle of a
// query takes nothing out of the hands of the others.
func TestSessionOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	before, err := db.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gate, err := db.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Release()
	if _, err := gate.Exec(t.Context(), `select pg_advisory_lock(42)`); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		left <- db.InSession(ctx, func(ctx context.Context, q storage.Tx, _ int64) error {
			_, err := q.Exec(ctx, `select pg_advisory_xact_lock(42)`)
			return err
		})
	}()
	for waiting := false; !waiting; {
		waiting, err = storage.Value[bool](t.Context(), db, `select exists (select from pg_locks where locktype = 'advisory' and not granted)`)
		if err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if _, err := gate.Exec(t.Context(), `select pg_advisory_unlock(42)`); err != nil {
		t.Fatal(err)
	}
	if err := <-left; err != nil {
		t.Errorf("the query was cut short: %v", err)
	}
	if after, err := db.Session(t.Context()); after != before || err != nil {
		t.Errorf("the session is %d after %d, %v", after, before, err)
	}
}

// TestSessionGivesEveryCallerTheSameTime: who had to wait behind a slow one would
// else be cut short, and end the session for all. Who is told to stop meanwhile
// leaves it alone.
func TestSessionGivesEveryCallerTheSameTime(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	const slow = time.Second
	in := make(chan struct{})
	var first, second time.Duration
	left := func(ctx context.Context) time.Duration {
		deadline, _ := ctx.Deadline()
		return time.Until(deadline)
	}
	ctx, stop := context.WithCancel(t.Context())
	var stopped error
	var callers sync.WaitGroup
	callers.Go(func() {
		err := db.InSession(t.Context(), func(ctx context.Context, _ storage.Tx, _ int64) error {
			first = left(ctx)
			close(in)
			time.Sleep(slow)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-in
	callers.Go(func() {
		err := db.InSession(t.Context(), func(ctx context.Context, _ storage.Tx, _ int64) error {
			second = left(ctx)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	callers.Go(func() {
		stopped = db.InSession(ctx, func(context.Context, storage.Tx, int64) error { return nil })
	})
	time.Sleep(slow / 4)
	stop()
	callers.Wait()
	if second < first-slow/4 {
		t.Errorf("who waited had %s, who did not %s", second, first)
	}
	if !errors.Is(stopped, context.Canceled) {
		t.Errorf("who was told to stop: %v", stopped)
	}
}

// TestByIndexEndsInTime: who is told to stop does not cut short what has begun, a deadline does.
func TestByIndexEndsInTime(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for name, bound := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"told to stop": context.WithCancel,
		"out of time": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 10*time.Millisecond)
		},
	} {
		ctx, stop := bound(t.Context())
		defer stop()
		err := db.ByIndex(ctx, func(whole context.Context, tx storage.Tx) error {
			if name == "told to stop" {
				stop()
			}
			_, err := tx.Exec(whole, `select pg_sleep(1)`)
			return err
		})
		if (err != nil) != (name == "out of time") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
