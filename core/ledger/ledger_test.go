package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

func newMember(ctx context.Context, t rapid.TB, q storage.Querier) int64 {
	id, err := storage.Value[int64](ctx, q, "insert into member (created_at) values ($1) returning id", day0)
	if err != nil {
		t.Fatalf("insert member: %v", err)
	}
	return id
}

// op is one movement of the property test.
type op struct {
	kind       string // accrue, expire, merge
	key        int    // equal keys are replays: everything else follows from the key
	at         int    // days
	from, into int
}

// accrual is the same for the same key, as every caller promises.
func (o op) accrual(currency string, members []int64) ledger.Accrual {
	a := ledger.Accrual{
		Key: fmt.Sprintf("%s/%d", currency, o.key), Member: members[o.key%len(members)], Currency: currency,
		Amount: int64(o.key*37%500 + 1), At: day(o.at), Reason: "test",
	}
	if ttl := o.key % 7; ttl > 0 {
		a.ExpiresAt = day(ttl * 3)
	}
	return a
}

func (o op) run(ctx context.Context, db *storage.DB, currency string, members []int64) error {
	if o.kind == "expire" {
		_, _, err := ledger.Expiry{DB: db}.Step(ctx, day(o.at))
		return err
	}
	return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if o.kind == "merge" {
			return ledger.MergeTx(ctx, tx, day(o.at), members[o.from], members[o.into])
		}
		return ledger.AccrueTx(ctx, tx, o.accrual(currency, members))
	})
}

const lastDay = 25

func drawOps(t *rapid.T, members int) []op {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op {
		from := rapid.IntRange(0, members-1).Draw(t, "from")
		return op{
			kind: rapid.SampledFrom([]string{"accrue", "accrue", "accrue", "expire", "merge"}).Draw(t, "kind"),
			key:  rapid.IntRange(0, 20).Draw(t, "key"),
			at:   rapid.IntRange(0, lastDay).Draw(t, "at"),
			from: from,
			into: (from + rapid.IntRange(1, members-1).Draw(t, "step")) % members,
		}
	}), 1, 40).Draw(t, "ops")
}

// Whatever several processes do at once, with replays, the books are exact and
// every key counted once.
func TestBooksStayExact(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		currency := fmt.Sprintf("run%d", run)
		members := []int64{newMember(ctx, t, db), newMember(ctx, t, db), newMember(ctx, t, db)}
		ops := drawOps(t, len(members))
		g, gctx := errgroup.WithContext(ctx)
		g.SetLimit(4)
		for _, o := range ops {
			g.Go(func() error { return o.run(gctx, db, currency, members) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := (ledger.Expiry{DB: db}).Step(ctx, day(lastDay)); err != nil {
			t.Fatal(err)
		}
		report, err := ledger.Check(ctx, db)
		if err != nil || len(report.Breaches) > 0 {
			t.Fatalf("books: %+v, %v", report.Breaches, err)
		}
		if diff := cmp.Diff(expect(ops, currency, members), sumOf(report, currency)); diff != "" {
			t.Fatalf("sums (-want +got):\n%s", diff)
		}
	})
}

// expect is what the books must hold once every lot dead by lastDay is swept.
func expect(ops []op, currency string, members []int64) ledger.Sum {
	want, seen := ledger.Sum{Currency: currency}, map[int]bool{}
	for _, o := range ops {
		if o.kind != "accrue" || seen[o.key] {
			continue
		}
		seen[o.key] = true
		a := o.accrual(currency, members)
		want.Issued += a.Amount
		if a.ExpiresAt.IsZero() || a.ExpiresAt.After(day(lastDay)) {
			want.Held += a.Amount
		} else {
			want.Expired += a.Amount
		}
	}
	return want
}

func sumOf(report ledger.Report, currency string) ledger.Sum {
	for _, s := range report.Sums {
		if s.Currency == currency {
			return s
		}
	}
	return ledger.Sum{Currency: currency}
}

func accrue(t *testing.T, tx storage.Tx, member int64, key string, amount int64, at, expires time.Time) {
	t.Helper()
	err := ledger.AccrueTx(t.Context(), tx, ledger.Accrual{
		Key: key, Member: member, Currency: "points", Amount: amount, At: at, ExpiresAt: expires, Reason: key,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Loyalty model A31 and A32: the last moment counts, the first one after does
// not, and a second sweep finds nothing.
func TestLotsExpireOnTheirDay(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	if err := db.InTx(ctx, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "march", 100_00, day(0), day(30))
		accrue(t, tx, member, "february", 50_00, day(0), day(10))
		accrue(t, tx, member, "never", 30_00, day(0), time.Time{})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	type seen struct {
		Points, NextPoints int64
		Next               time.Time
		Worked             bool
	}
	look := func(at time.Time) seen {
		b, err := ledger.BalanceOf(ctx, db, at, member, "points")
		if err != nil {
			t.Fatal(err)
		}
		worked, next, err := ledger.Expiry{DB: db}.Step(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		if b.NextExpiry != nil && !next.Equal(*b.NextExpiry) {
			t.Errorf("at %v the step would wake at %v, the balance says %v", at, next, *b.NextExpiry)
		}
		return seen{b.Points, b.NextPoints, next.UTC(), worked}
	}
	got := []seen{look(day(10).Add(-time.Microsecond)), look(day(10)), look(day(10)), look(day(30)), look(day(30))}
	want := []seen{
		{180_00, 50_00, day(10), false},
		{130_00, 100_00, day(30), true},
		{130_00, 100_00, day(30), false},
		{30_00, 0, time.Time{}, true},
		{30_00, 0, time.Time{}, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatementRunsAlong(t *testing.T) {
	t.Parallel()
	tx := storagetest.Tx(t)
	from, into := newMember(t.Context(), t, tx), newMember(t.Context(), t, tx)
	accrue(t, tx, into, "statement/own", 7, day(0), time.Time{})
	accrue(t, tx, from, "statement/short", 5, day(0), day(1))
	accrue(t, tx, from, "statement/long", 11, day(1), day(9)) // sweeps the short one
	accrue(t, tx, from, "statement/long", 11, day(1), day(9)) // a replay
	for range 2 {
		if err := ledger.MergeTx(t.Context(), tx, day(2), from, into); err != nil {
			t.Fatal(err)
		}
	}
	type line struct {
		Kind            string
		Amount, Balance int64
		Expires         bool
	}
	lines := func(member, before int64) (out []line) {
		entries, err := ledger.Statement(t.Context(), tx, member, before)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, line{e.Kind, e.Amount, e.Balance, e.Expires != nil})
		}
		return out
	}
	want := []line{{"merge", -11, 0, true}, {"expire", -5, 11, true}, {"accrue", 11, 16, true}, {"accrue", 5, 5, true}}
	if diff := cmp.Diff(want, lines(from, 0)); diff != "" {
		t.Errorf("who was merged away (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]line{{"merge", 11, 18, true}, {"accrue", 7, 7, false}}, lines(into, 0)); diff != "" {
		t.Errorf("who stayed (-want +got):\n%s", diff)
	}
}

func TestCheckNamesBreaches(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	if err := db.InTx(ctx, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "one", 100, day(0), day(1))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, tamper := range []string{
		"update account set balance = 90 where kind = 'member'",
		"update lot set remaining = 80",
		"insert into ledger_tx (key, kind, at) values ('empty', 'accrue', '2026-03-01')",
		"insert into posting (tx_id, account_id, amount) select min(t.id), min(a.id), 5 from ledger_tx t, account a where a.kind = 'issue'",
	} {
		if _, err := db.Exec(ctx, tamper); err != nil {
			t.Fatal(err)
		}
	}
	report, err := ledger.Check(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int64{}
	for _, b := range report.Breaches {
		got[b.Rule] = [2]int64{b.Got, b.Want}
	}
	want := map[string][2]int64{
		ledger.RuleTxZero:        {0, 0}, // the empty one comes last
		ledger.RuleBalanceLedger: {90, 100},
		ledger.RuleBalanceLots:   {90, 80},
		ledger.RuleLotRemaining:  {80, 100},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := db.Exec(ctx, "update posting set amount = amount + 1"); err == nil {
		t.Error("a posting was changed")
	}
}
