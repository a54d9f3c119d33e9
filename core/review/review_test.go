package review_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/review"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

// table is where tasks lie in a test, with a receipt to be about and two people.
type table struct {
	t          *testing.T
	db         *storage.DB
	receipt    int64
	vera, oleg int64
}

func open(t *testing.T) *table {
	t.Helper()
	return openIn(t, storagetest.DB(t))
}

// openIn adds a receipt, and two people, to a database.
func openIn(t *testing.T, db *storage.DB) *table {
	t.Helper()
	d := &table{t: t, db: db}
	d.receipt = d.id(`with m as (insert into member (created_at) values ($1) returning id)
		insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		select (select (count(*) + 1)::text from receipt), 1, 1, 1, $1, 'UTC', $1, 100, id, 'credited', $1, $1 from m returning id`)
	const staff = `insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id`
	d.vera, d.oleg = d.id(staff), d.id(staff)
	return d
}

func (d *table) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *table) id(sql string) int64 {
	d.t.Helper()
	id, err := storage.Value[int64](d.t.Context(), d.db, sql, noon)
	d.must(err)
	return id
}

func (d *table) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return d.db.InTx(d.t.Context(), do)
}

func (d *table) ask(k review.Kind, about string) (opened bool) {
	d.t.Helper()
	d.must(d.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		opened, err = review.OpenTx(ctx, tx, noon, review.Ask{Kind: k, About: about, Receipt: d.receipt, Reason: "why", Detail: map[string]int{"score": 7}})
		return err
	}))
	return opened
}

func (d *table) decide(v review.Verdict, at time.Time) error {
	return d.tx(func(ctx context.Context, tx storage.Tx) error { return review.DecideTx(ctx, tx, at, v) })
}

func TestOneOpenTaskOfAKindAboutAThing(t *testing.T) {
	t.Parallel()
	d := open(t)
	about := review.AboutReceipt(d.receipt)
	got := []bool{
		d.ask(review.Sample, about), d.ask(review.Sample, about), // the same
		d.ask(review.Fraud, about),    // another kind
		d.ask(review.Sample, "other"), // another thing
	}
	if diff := cmp.Diff([]bool{true, false, true, true}, got); diff != "" {
		t.Errorf("opened: %s", diff)
	}
	task, err := review.FindOpen(t.Context(), d.db, review.Sample, about)
	d.must(err)
	if string(task.Detail) != `{"score": 7}` || task.Decided != nil {
		t.Errorf("the task: %+v", task)
	}
	v := review.Verdict{Task: task.ID, Staff: d.vera, Approve: true, Cause: review.PaperSeen, Note: "ok"}
	d.must(d.decide(v, noon))
	if err := d.decide(v, noon); !errors.Is(err, review.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	if !d.ask(review.Sample, about) {
		t.Error("a decided task keeps another from being opened")
	}
	if err := d.decide(review.Verdict{Task: 99, Staff: d.vera}, noon); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("nobody's task: %v", err)
	}
	done, err := review.Find(t.Context(), d.db, task.ID)
	d.must(err)
	if done.Verdict != "approved" || done.DecidedBy != d.vera || done.Cause != review.PaperSeen || done.Note != "ok" || !done.Decided.Equal(noon) {
		t.Errorf("the decided task: %+v", done)
	}
}

// What something else has answered is closed, and its other kinds stay.
func TestCloseIsByKind(t *testing.T) {
	t.Parallel()
	d := open(t)
	about := review.AboutReceipt(d.receipt)
	d.ask(review.Receipt, about)
	d.ask(review.Product, "product/1")
	d.must(d.tx(func(ctx context.Context, tx storage.Tx) error {
		return review.CloseTx(ctx, tx, noon, d.receipt, true, review.Receipt)
	}))
	if _, err := review.FindOpen(t.Context(), d.db, review.Receipt, about); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the answered task is open: %v", err)
	}
	task, err := review.FindOpen(t.Context(), d.db, review.Product, "product/1")
	if err != nil {
		t.Errorf("the other task: %+v, %v", task, err)
	}
}

// Of two who open or decide the same at once, one does.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	about := review.AboutReceipt(d.receipt)
	var opened, decided atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if d.ask(review.Fraud, about) {
				opened.Add(1)
			}
		})
	}
	all.Wait()
	task, err := review.FindOpen(t.Context(), d.db, review.Fraud, about)
	d.must(err)
	for range 4 {
		for _, staff := range []int64{d.vera, d.oleg} {
			all.Go(func() {
				switch err := d.decide(review.Verdict{Task: task.ID, Staff: staff, Cause: review.Forged}, noon); {
				case err == nil:
					decided.Add(1)
				case !errors.Is(err, review.ErrDecided):
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if opened.Load() != 1 || decided.Load() != 1 {
		t.Errorf("opened %d times, decided %d times", opened.Load(), decided.Load())
	}
}

func TestCausesFitTheirVerdict(t *testing.T) {
	t.Parallel()
	for cause, want := range map[review.Cause][2]bool{
		review.PaperSeen: {true, false}, review.FoundThere: {true, false}, review.Innocent: {true, false},
		review.NotFound: {false, true}, review.Forged: {false, true}, review.Collected: {false, true}, review.Ineligible: {false, true},
		review.Unreadable: {false, true}, review.Other: {true, true}, "": {false, false}, "because": {false, false},
	} {
		if got := [2]bool{cause.Fits(true), cause.Fits(false)}; got != want {
			t.Errorf("%q fits approval, rejection: %v, want %v", cause, got, want)
		}
	}
}

// A task that somebody took is theirs for a while; of all who take it at once, one
// gets it.
func TestTaken(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.ask(review.Sample, "x")
	task, err := review.FindOpen(t.Context(), d.db, review.Sample, "x")
	d.must(err)
	take := func(staff int64, at time.Time) error {
		return d.tx(func(ctx context.Context, tx storage.Tx) error {
			_, err := review.TakeTx(ctx, tx, at, task.ID, staff)
			return err
		})
	}
	var got atomic.Int64
	var all sync.WaitGroup
	for range 6 {
		for _, staff := range []int64{d.vera, d.oleg} {
			all.Go(func() {
				if take(staff, noon) == nil {
					got.Store(staff)
				}
			})
		}
	}
	all.Wait()
	mine, theirs := got.Load(), d.vera+d.oleg-got.Load()
	soon, later := noon.Add(review.TakenFor-time.Second), noon.Add(review.TakenFor)
	if err := take(theirs, soon); !errors.Is(err, review.ErrTaken) {
		t.Errorf("taken by two: %v", err)
	}
	if err := d.decide(review.Verdict{Task: task.ID, Staff: theirs, Cause: review.Forged}, soon); !errors.Is(err, review.ErrTaken) {
		t.Errorf("decided under somebody's eyes: %v", err)
	}
	d.must(take(theirs, later))
	if err := take(mine, later); !errors.Is(err, review.ErrTaken) {
		t.Errorf("taken back: %v", err)
	}
	d.must(d.decide(review.Verdict{Task: task.ID, Staff: theirs, Cause: review.Forged}, later))
	if err := take(theirs, later); !errors.Is(err, review.ErrDecided) {
		t.Errorf("a decided task is taken: %v", err)
	}
	if err := d.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := review.TakeTx(ctx, tx, noon, 99, mine)
		return err
	}); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("nobody's task: %v", err)
	}
}
