package slo

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestADayIsFoundByItsIndex: the receipts of a day are found without those of two hundred.
func TestADayIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at) values ('2026-04-20')`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select '1', n, 1, 1, at, 'UTC', at, 100, 1, 'credited', at, at
			from (select n, '2026-04-20T00:00Z'::timestamptz + n / 100 * interval '1 day' as at from generate_series(1, 20000) n) day`,
		`insert into verdict (receipt_id, channel, uploaded_at, day, at) select id, 'desk', uploaded_at, uploaded_at::date, uploaded_at from receipt`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	plan := storagetest.Plan(t, db, qUploaded, "'2026-11-01', '2026-11-02', '{30000000}', '2026-11-02'")
	if strings.Contains(plan, "Seq Scan") {
		t.Errorf("a day reads whole tables:\n%s", plan)
	}
}
