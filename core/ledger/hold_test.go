package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// inTx runs what a test does in one transaction.
func inTx(ctx context.Context, t *testing.T, db *storage.DB, do func(ctx context.Context, tx storage.Tx) error) {
	t.Helper()
	if err := db.InTx(ctx, do); err != nil {
		t.Fatal(err)
	}
}

func hold(ctx context.Context, db *storage.DB, member, amount int64, key string, at, until time.Time) error {
	return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return ledger.HoldTx(ctx, tx, ledger.Hold{Key: key, Member: member, Currency: "points", Amount: amount, Until: until, Reason: "prize", At: at})
	})
}

func settle(ctx context.Context, db *storage.DB, how func(context.Context, storage.Tx, ledger.Settlement) error, key string, at time.Time) error {
	return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return how(ctx, tx, ledger.Settlement{Key: key, At: at})
	})
}

// lotState is a lot as the spending order has it.
type lotState struct {
	Remaining int64      `db:"remaining"`
	Held      int64      `db:"held"`
	Expires   *time.Time `db:"expires_at"`
}

func lotsOf(ctx context.Context, t *testing.T, db *storage.DB, member int64) []lotState {
	t.Helper()
	lots, err := storage.Collect[lotState](ctx, db, `select remaining, held, expires_at from lot l join account a on a.id = l.account_id
		where a.member_id = $1 order by l.id`, member)
	if err != nil {
		t.Fatal(err)
	}
	for i := range lots {
		if lots[i].Expires != nil {
			*lots[i].Expires = lots[i].Expires.UTC()
		}
	}
	return lots
}

func remains(remaining, held int64, expires ...time.Time) lotState {
	s := lotState{Remaining: remaining, Held: held}
	if len(expires) > 0 {
		s.Expires = &expires[0]
	}
	return s
}

func balanceOf(ctx context.Context, t *testing.T, db *storage.DB, at time.Time, member int64) ledger.Balance {
	t.Helper()
	b, err := ledger.BalanceOf(ctx, db, at, member, "points")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func exact(ctx context.Context, t *testing.T, db *storage.DB) {
	t.Helper()
	if report, err := ledger.Check(ctx, db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
}

// Loyalty model A31: what expires first is spent first, what never does, last.
func TestEarliestExpiryIsSpentFirst(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	january, february, march := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "march", 100_00, january, march)
		accrue(t, tx, member, "february", 50_00, january, february)
		accrue(t, tx, member, "never", 30_00, january, time.Time{})
		return nil
	})
	for _, err := range []error{
		hold(ctx, db, member, 60_00, "redeem", january, time.Time{}),
		settle(ctx, db, ledger.CommitTx, "redeem", january),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []lotState{remains(90_00, 0, march), remains(0, 0, february), remains(30_00, 0)}
	if diff := cmp.Diff(want, lotsOf(ctx, t, db, member)); diff != "" {
		t.Errorf("lots: %s", diff)
	}
	for _, sweep := range []struct {
		at   time.Time
		left int64
	}{{february, 120_00}, {march, 30_00}} {
		if _, _, err := (ledger.Expiry{DB: db}).Step(ctx, sweep.at); err != nil {
			t.Fatal(err)
		}
		if got := balanceOf(ctx, t, db, sweep.at, member).Points; got != sweep.left {
			t.Errorf("at %v %d are left instead of %d", sweep.at, got, sweep.left)
		}
	}
	exact(ctx, t, db)
}

// Loyalty model A33: deferred points are seen and cannot be spent before their day.
func TestPendingPointsWait(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member, moscow := newMember(ctx, t, db), time.FixedZone("MSK", 3*60*60)
	at, from := time.Date(2026, 1, 10, 15, 0, 0, 0, moscow), time.Date(2026, 1, 24, 0, 0, 0, 0, moscow)
	ends := time.Date(2026, 7, 25, 0, 0, 0, 0, moscow) // the last day is 24 July
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: "late", Member: member, Currency: "points", Amount: 10_00, At: at, AvailableAt: from, ExpiresAt: ends,
		})
	})
	b := balanceOf(ctx, t, db, at, member)
	if b.Points != 0 || b.Pending != 10_00 || b.PendingFrom == nil || !b.PendingFrom.Equal(from) || b.NextExpiry != nil {
		t.Errorf("while pending: %+v", b)
	}
	short, ok := errors.AsType[*ledger.Insufficient](hold(ctx, db, member, 1, "early", from.Add(-time.Microsecond), time.Time{}))
	if !ok || short.Available != 0 {
		t.Errorf("pending points were held: %v", short)
	}
	if b = balanceOf(ctx, t, db, from, member); b.Points != 10_00 || b.Pending != 0 || !b.NextExpiry.Equal(ends) {
		t.Errorf("on the day: %+v", b)
	}
	if err := hold(ctx, db, member, 10_00, "late", ends.Add(-time.Microsecond), time.Time{}); err != nil {
		t.Errorf("on the last day: %v", err)
	}
	exact(ctx, t, db)
}

// Loyalty model A35: of ten that want 30 out of 100 at once, three get it.
func TestParallelHolds(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		for i := range 4 {
			accrue(t, tx, member, fmt.Sprint(i), 25_00, day0, day(30+i))
		}
		return nil
	})
	var made, refused atomic.Int32
	g, gctx := errgroup.WithContext(ctx)
	for i := range 10 {
		g.Go(func() error {
			key := fmt.Sprintf("hold/%d", i)
			err := hold(gctx, db, member, 30_00, key, day(1), time.Time{})
			if _, short := errors.AsType[*ledger.Insufficient](err); short {
				refused.Add(1)
				return nil
			}
			made.Add(1)
			return errors.Join(err, settle(gctx, db, ledger.CommitTx, key, day(1)))
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if made.Load() != 3 || refused.Load() != 7 || balanceOf(ctx, t, db, day(1), member).Points != 10_00 {
		t.Errorf("%d made, %d refused, %+v left", made.Load(), refused.Load(), balanceOf(ctx, t, db, day(1), member))
	}
	exact(ctx, t, db)
}

// The invariant of the loyalty model on giving back: the same lots with their own
// expiry; when one has expired meanwhile, a grace lot through the 14th day after.
func TestGivenBackToTheSameLots(t *testing.T) {
	t.Parallel()
	grace := day(12 + 15) // given back on the 12th day, valid through the 26th
	for name, tt := range map[string]struct {
		commit bool
		merged bool
		back   int // day
		want   []lotState
	}{
		"released in time":               {back: 3, want: []lotState{remains(50, 0, day(10)), remains(50, 0, day(20))}},
		"refunded in time":               {commit: true, back: 3, want: []lotState{remains(50, 0, day(10)), remains(50, 0, day(20))}},
		"released after one has expired": {back: 12, want: []lotState{remains(0, 0, day(10)), remains(50, 0, day(20)), remains(50, 0, grace)}},
		"refunded after one has expired": {commit: true, back: 12, want: []lotState{remains(0, 0, day(10)), remains(50, 0, day(20)), remains(50, 0, grace)}},
		"released after a merger":        {merged: true, back: 3, want: []lotState{remains(50, 0, day(10)), remains(50, 0, day(20))}},
		"refunded after a merger":        {commit: true, merged: true, back: 3, want: []lotState{remains(20, 0, day(20)), remains(50, 0, day(10)), remains(30, 0, day(20))}},
		"merged, expired, released":      {merged: true, back: 12, want: []lotState{remains(0, 0, day(10)), remains(50, 0, day(20)), remains(50, 0, grace)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := storagetest.DB(t), t.Context()
			member, into := newMember(ctx, t, db), newMember(ctx, t, db)
			inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
				accrue(t, tx, member, "first", 50, day0, day(10))
				accrue(t, tx, member, "second", 50, day0, day(20))
				return nil
			})
			if err := hold(ctx, db, member, 80, "h", day(1), time.Time{}); err != nil {
				t.Fatal(err)
			}
			give := ledger.ReleaseTx
			if tt.commit {
				give = ledger.RefundTx
				if err := settle(ctx, db, ledger.CommitTx, "h", day(2)); err != nil {
					t.Fatal(err)
				}
			}
			owner := member
			if tt.merged {
				owner = into
				inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return ledger.MergeTx(ctx, tx, day(2), member, into) })
			}
			if _, _, err := (ledger.Expiry{DB: db}).Step(ctx, day(tt.back)); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time is a replay
				if err := settle(ctx, db, give, "h", day(tt.back)); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, lotsOf(ctx, t, db, owner)); diff != "" {
				t.Errorf("lots: %s", diff)
			}
			if got := balanceOf(ctx, t, db, day(tt.back), owner); got.Points != 100 || got.Held != 0 {
				t.Errorf("balance %+v", got)
			}
			exact(ctx, t, db)
		})
	}
}

// A hold ends once, one way, and by itself when its time has passed.
func TestHoldEndsOnce(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "points", 100, day0, day(60))
		return nil
	})
	for _, h := range []struct {
		key   string
		until time.Time
	}{{"spent", day(5)}, {"given", time.Time{}}, {"late", day(5)}} {
		if err := hold(ctx, db, member, 30, h.key, day(1), h.until); err != nil {
			t.Fatal(err)
		}
	}
	if b := balanceOf(ctx, t, db, day(1), member); b.Points != 10 || b.Held != 90 {
		t.Errorf("while held: %+v", b)
	}
	for _, s := range []struct {
		name string
		how  func(context.Context, storage.Tx, ledger.Settlement) error
		key  string
		at   int
		want error
	}{
		{"commit", ledger.CommitTx, "spent", 4, nil},
		{"commit again", ledger.CommitTx, "spent", 9, nil},
		{"release what is spent", ledger.ReleaseTx, "spent", 4, ledger.ErrEnded},
		{"release", ledger.ReleaseTx, "given", 4, nil},
		{"commit what is released", ledger.CommitTx, "given", 4, ledger.ErrEnded},
		{"commit too late", ledger.CommitTx, "late", 5, ledger.ErrEnded},
		{"refund what is open", ledger.RefundTx, "late", 5, ledger.ErrEnded},
		{"commit nothing", ledger.CommitTx, "nothing", 4, ledger.ErrNoHold},
	} {
		if err := settle(ctx, db, s.how, s.key, day(s.at)); !errors.Is(err, s.want) {
			t.Errorf("%s: %v instead of %v", s.name, err, s.want)
		}
	}
	for i, want := range []bool{true, false} {
		worked, next, err := ledger.Holds{DB: db}.Step(ctx, day(5))
		if err != nil || worked != want || !next.IsZero() {
			t.Errorf("step %d: worked %v, next %v, %v", i, worked, next, err)
		}
	}
	if b := balanceOf(ctx, t, db, day(5), member); b.Points != 70 || b.Held != 0 {
		t.Errorf("in the end: %+v", b)
	}
	if err := hold(ctx, db, member, 30, "late", day(6), time.Time{}); err != nil { // a replay
		t.Error(err)
	}
	exact(ctx, t, db)
}

// A statement of two currencies is read page by page with the balances it had.
func TestStatementPages(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	want := map[string][]int64{}
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error {
		for i := range 3 * ledger.PageRows / 2 {
			currency := []string{"points", "stars"}[i%3%2]
			had := append([]int64{0}, want[currency]...)
			want[currency] = append(want[currency], had[len(had)-1]+int64(i+1))
			if err := ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprint(i), Member: member, Currency: currency, Amount: int64(i + 1), At: day0}); err != nil {
				return err
			}
		}
		return nil
	})
	got := map[string][]int64{}
	for before, pages := int64(0), 0; pages < 2; pages++ {
		entries, err := ledger.Statement(ctx, db, member, before)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			got[e.Currency] = append([]int64{e.Balance}, got[e.Currency]...)
			before = e.ID
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
