package report_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/report"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var midnight = time.Date(2026, 11, 29, 21, 0, 0, 0, time.UTC)

// post writes one transaction of a kind, of system and member account.
func post(t *rapid.T, db *storage.DB, kind string, amount int64, at time.Time) {
	_, err := db.Exec(context.Background(), `
with tx as (
  insert into ledger_tx (key, kind, at) values (gen_random_uuid()::text, $2, $4) returning id
)
insert into posting (tx_id, account_id, amount)
select tx.id, a.id, case when a.kind = 'member' then -$3::bigint else $3::bigint end
from tx, account a where a.kind in ('member', $1)`, kind,
		map[string]string{"issue": "accrue", "redeem": "redeem", "expire": "expire"}[kind], amount, at)
	if err != nil {
		t.Fatal(err)
	}
}

// TestPointsAreTheLedgers: whatever moves around midnight, a day's points are the sums
// by hand, and their net is what the members' accounts were posted.
func TestPointsAreTheLedgers(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	_, err := db.Exec(t.Context(), `
with m as (insert into member (created_at) values ($1) returning id)
insert into account (kind, currency, member_id)
select k, 'points', case when k = 'member' then m.id end from m, unnest('{member,issue,redeem,expire}'::text[]) k`, midnight)
	if err != nil {
		t.Fatal(err)
	}
	day := midnight
	rapid.Check(t, func(t *rapid.T) {
		day = day.AddDate(0, 0, 3) // the ledger is never emptied
		want, moved := report.Points{Currency: "points"}, false
		for range rapid.IntRange(0, 6).Draw(t, "moves") {
			kind := rapid.SampledFrom([]string{"issue", "redeem", "expire"}).Draw(t, "kind")
			amount := rapid.Int64Range(1, 1000).Draw(t, "amount")
			hour := rapid.SampledFrom([]int{-1, 0, 12, 23, 24}).Draw(t, "hour")
			sum := map[string]*int64{"issue": &want.Issued, "redeem": &want.Spent, "expire": &want.Expired}[kind]
			if hour >= 0 && hour < 24 {
				*sum, moved = *sum+amount, true
			}
			if kind == "issue" {
				amount = -amount
			}
			post(t, db, kind, amount, day.Add(time.Duration(hour)*time.Hour))
		}
		got, err := report.PointsBetween(context.Background(), db, day, day.AddDate(0, 0, 1))
		if err != nil || len(got) > 0 != moved || moved && !cmp.Equal(got[0], want) {
			t.Fatalf("%v %v, want %v", got, err, want)
		}
		net, err := storage.Value[int64](context.Background(), db, `
select coalesce(sum(p.amount), 0)::bigint from posting p join ledger_tx t on t.id = p.tx_id join account a on a.id = p.account_id
where a.kind = 'member' and t.at >= $1 and t.at < $2`, day, day.AddDate(0, 0, 1))
		if err != nil || net != want.Issued-want.Spent-want.Expired {
			t.Fatalf("members were posted %d (%v), the report says %v", net, err, want)
		}
	})
}
