package campaign

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestPastGoesByItsIndex: a page of a forecast, in the middle of 20,000 receipts, reads
// no more than itself.
func TestPastGoesByItsIndex(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 2000)`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select '7380440800512345', n, 1, 1, '2026-12-01', 'UTC', '2026-12-01'::timestamptz + n * interval '1 minute', 1, (n % 2000) + (select min(id) from member),
			case when n % 3 = 0 then 'rejected' else 'credited' end, '2026-12-01', '2026-12-01' from generate_series(1, 20000) n`,
		`insert into award (receipt_id, facts, at) select id, '{}', '2026-12-01' from receipt`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	plan := storagetest.Plan(t, db, qPast, "'2026-12-07', 0, '2026-12-12', 100")
	if !strings.Contains(plan, "receipt_bought") || strings.Contains(plan, "Seq Scan on receipt") || strings.Contains(plan, "Seq Scan on award") || strings.Contains(plan, "Sort") {
		t.Error(plan)
	}
}
