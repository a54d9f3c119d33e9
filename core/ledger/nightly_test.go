package ledger_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// The books are checked once a night; what is wrong with them is in the log, and in
// what the metrics tell.
func TestBooksAreCheckedAtNight(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "one", 100, day0, day(60))
		return nil
	})
	var log strings.Builder
	n := ledger.Nightly{DB: db, Zone: time.UTC, Log: slog.New(slog.NewTextHandler(&log, nil))}
	n.Others = []ledger.Checker{func(ctx context.Context, db *storage.DB) ([]ledger.Breach, error) { // of coupons that nobody holds
		return storage.Collect[ledger.Breach](ctx, db, "select 'gone' as rule, 'pool ' || id as object, 1::bigint as got, 0::bigint as want from coupon_pool")
	}}
	if _, ok, err := ledger.LastCheck(ctx, db); ok || err != nil {
		t.Fatalf("checked before the first night: %v", err)
	}
	four := 4 * time.Hour
	for i, tt := range []struct {
		at     time.Time
		tamper string
		worked bool
		next   time.Time
	}{
		{at: day(1), next: day(1).Add(four)},
		{at: day(1).Add(four), worked: true, next: day(2).Add(four)},
		{at: day(1).Add(2 * four), next: day(2).Add(four)},
		{at: day(3), tamper: "with c as (insert into campaign (id, state) values ('oz', 'draft')), p as (insert into coupon_pool (member_id, campaign_id, name, time_window) select id, 'oz', 'oz', '' from member) update account set balance = 90 where kind = 'member'", next: day(3).Add(four)},
		{at: day(3).Add(four), worked: true, next: day(4).Add(four)},
	} {
		if tt.tamper != "" {
			if _, err := db.Exec(ctx, tt.tamper); err != nil {
				t.Fatal(err)
			}
		}
		worked, next, err := n.Step(ctx, tt.at)
		if err != nil || worked != tt.worked || !next.Equal(tt.next) {
			t.Errorf("%d: worked %v, next %v, %v", i, worked, next, err)
		}
	}
	last, ok, err := ledger.LastCheck(ctx, db)
	if err != nil || !ok || last.Breaches != 3 || last.Postings != 2 || !last.At.Equal(day(3).Add(four)) {
		t.Errorf("kept %+v, %v", last, err)
	}
	if got := strings.Count(log.String(), "the books are not exact"); got != 3 {
		t.Errorf("the log says so %d times:\n%s", got, log.String())
	}
}

// TestNightlyUnreadable: books of others that cannot be read are told once, and not read
// again and again along with all of ours until somebody mends them.
func TestNightlyUnreadable(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	var log strings.Builder
	n := ledger.Nightly{DB: db, Zone: time.UTC, Log: slog.New(slog.NewTextHandler(&log, nil)), Others: []ledger.Checker{
		func(context.Context, *storage.DB) ([]ledger.Breach, error) {
			return nil, errors.New("version 3 is lost")
		},
	}}
	for _, worked := range []bool{true, false} {
		if got, _, err := n.Step(ctx, day(1).Add(5*time.Hour)); got != worked || err != nil {
			t.Fatalf("worked: %v, %v; want %v", got, err, worked)
		}
	}
	if last, ok, err := ledger.LastCheck(ctx, db); !ok || last.Breaches != 1 || err != nil || !strings.Contains(log.String(), "version 3 is lost") {
		t.Errorf("%+v, %v, %v: %s", last, ok, err, log.String())
	}
}
