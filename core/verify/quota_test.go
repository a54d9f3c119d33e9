package verify_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/verify"
)

// TestQuota spends a day's requests: never more than the limit, and a fifth of them
// for receipts that come new.
func TestQuota(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := verify.Quota{Limit: rapid.IntRange(1, 50).Draw(t, "limit")}
		now, firsts, repeats := upload, 0, 0
		for range rapid.IntRange(0, 100).Draw(t, "asks") {
			first, again := q.Left(now)
			if rapid.Bool().Draw(t, "new") && first > 0 {
				q, firsts = q.Spend(1, now), firsts+1
			} else if again > 0 {
				q, repeats = q.Spend(1, now), repeats+1
			}
		}
		if firsts+repeats > q.Limit || repeats > q.Limit-q.Limit/5 || q.Spent != firsts+repeats {
			t.Fatalf("%d firsts and %d repeats of %+v", firsts, repeats, q)
		}
		midnight := time.Date(2026, 3, 1, 21, 0, 0, 0, time.UTC) // 00:00 in Moscow
		if first, _ := q.Left(midnight); first != q.Limit {
			t.Fatalf("%d of %d at midnight", first, q.Limit)
		}
	})
	if first, again := (verify.Quota{Spent: 1 << 20, Until: upload.Add(time.Hour)}).Left(upload); first < 1<<20 || again < 1<<20 {
		t.Errorf("without a limit only %d and %d are left", first, again)
	}
}

// What is given back belongs to its day.
func TestRefund(t *testing.T) {
	t.Parallel()
	q := verify.Quota{Limit: 10}.Spend(2, upload)
	if today, tomorrow := q.Refund(upload), q.Refund(upload.Add(24*time.Hour)); today.Spent != 1 || tomorrow.Spent != 0 {
		t.Errorf("spent %d today and %d tomorrow", today.Spent, tomorrow.Spent)
	}
}

// The provider's clock may be behind ours: told at midnight that the day is spent,
// we must not lose the day that begins.
func TestMidnightOfASlowClock(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 3, 1, 21, 0, 0, 0, time.UTC)
	b := verify.Breaker{}.Record(verify.RateDaily, time.Time{}, midnight.Add(2*time.Second))
	if wait := b.OpenUntil.Sub(midnight); wait > time.Hour {
		t.Errorf("asked again %v after midnight", wait)
	}
}
