package slo_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/storage"
)

// TestUpgradeCountsThePast: the migration counts the receipts of before as the loop
// would, and leaves it none of them.
func TestUpgradeCountsThePast(t *testing.T) {
	t.Parallel()
	o := open(t)
	for i, took := range []time.Duration{
		-time.Second, 30 * time.Second, 31 * time.Second, 4 * time.Hour, 5 * time.Hour, 24 * time.Hour, 24*time.Hour + time.Microsecond,
	} {
		at := noon.Add(-time.Duration(i%2) * 24 * time.Hour)
		o.exec(`update receipt set state = 'verified', verified_at = $2 where id = $1`, o.upload(at), at.Add(took))
	}
	o.upload(noon) // has no verdict
	migration, err := os.ReadFile("../../storage/migrations/00030_slo.sql")
	o.must(err)
	o.exec(`drop table verdict, slo_day, slo_breach, slo_look; drop index receipt_undecided`)
	o.exec(string(migration))

	counted := func() (days string) {
		days, err := storage.Value[string](t.Context(), o.service.DB,
			`select coalesce(string_agg(d::text, ' ' order by day, channel, missed), '') from slo_day d`)
		o.must(err)
		return days
	}
	uncounted, err := storage.Value[int](t.Context(), o.service.DB, `select count(*) from verdict where not counted`)
	o.must(err)
	if uncounted != 0 {
		t.Errorf("%d verdicts are left to the loop", uncounted)
	}
	byMigration := counted()
	o.exec(`delete from slo_day; update verdict set counted = false`)
	o.work(noon.Add(48 * time.Hour))
	if diff := cmp.Diff(counted(), byMigration); diff != "" || byMigration == "" {
		t.Errorf("the loop counts otherwise (-loop +migration): %s", diff)
	}
}
