package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// A member is told once of a day's points, a week before, not at night, and not of
// what was given for less than a week.
func TestRemindedOnceAWeekBefore(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member := newMember(ctx, t, db)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "one", 30, day0, day(20))
		accrue(t, tx, member, "two", 20, day(1), day(20))
		accrue(t, tx, member, "later", 7, day0, day(25))
		accrue(t, tx, member, "never", 5, day0, time.Time{})
		return nil
	})
	if err := hold(ctx, db, member, 10, "held", day(1), time.Time{}); err != nil { // of the first
		t.Fatal(err)
	}
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "short", 5, day(10), day(12))
		return nil
	})
	morning := 9 * time.Hour
	var told []ledger.Expiring
	r := ledger.Reminders{DB: db, Loud: func(at time.Time) time.Time {
		if at.Hour() >= 9 {
			return at
		}
		return at.Truncate(24 * time.Hour).Add(morning)
	}, Tell: func(_ context.Context, _ storage.Tx, _ time.Time, e ledger.Expiring) error {
		e.Account, e.At = 0, e.At.UTC()
		told = append(told, e)
		return nil
	}}
	type step struct {
		Worked bool
		Next   time.Time
	}
	look := func(at time.Time) step {
		worked, next, err := r.Step(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		return step{worked, next.UTC()}
	}
	got := []step{look(day(11).Add(morning)), look(day(13)), look(day(13).Add(morning)), look(day(13).Add(morning)), look(day(18).Add(morning))}
	want := []step{
		{true, day(13).Add(morning)}, // the short one is passed over
		{false, day(13).Add(morning)},
		{true, day(18).Add(morning)},
		{false, day(18).Add(morning)},
		{true, time.Time{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps: %s", diff)
	}
	if diff := cmp.Diff([]ledger.Expiring{
		{Member: member, Currency: "points", Points: 40, At: day(20)},
		{Member: member, Currency: "points", Points: 7, At: day(25)},
	}, told); diff != "" {
		t.Errorf("told: %s", diff)
	}
}

// Who was told is not told once more when two members turn out to be one.
func TestJoinedIsNotRemindedAgain(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	member, into := newMember(ctx, t, db), newMember(ctx, t, db)
	inTx(ctx, t, db, func(_ context.Context, tx storage.Tx) error {
		accrue(t, tx, member, "one", 30, day0, day(20))
		return nil
	})
	told := 0
	r := ledger.Reminders{DB: db, Loud: func(at time.Time) time.Time { return at }, Tell: func(context.Context, storage.Tx, time.Time, ledger.Expiring) error {
		told++
		return nil
	}}
	if _, _, err := r.Step(ctx, day(13)); err != nil {
		t.Fatal(err)
	}
	inTx(ctx, t, db, func(ctx context.Context, tx storage.Tx) error { return ledger.MergeTx(ctx, tx, day(14), member, into) })
	if _, _, err := r.Step(ctx, day(14)); err != nil || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
}
