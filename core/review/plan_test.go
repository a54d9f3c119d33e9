package review

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestTasksGoByTheirIndexes: of 100,000 tasks that were decided and 2,000 that wait, whoever
// works through them reads those that wait.
func TestTasksGoByTheirIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into staff (name, roles, created_at) values ('Вера', '{reviewer}', '2026-11-01')`,
		`insert into member (created_at) select '2026-11-01' from generate_series(1, 2000)`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select '9289000100000001', n, 1, 1, '2026-11-01', 'UTC', '2026-11-01', 100, 1 + n % 2000, 'manual', '2026-11-01', '2026-11-01' from generate_series(1, 102000) n`,
		`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select id, '', '', 'accepted', 'p' || id % 50, 's', '', '', '', '', '', '2026-11-01' from receipt`,
		`insert into submission (key, receipt_id, member_id, qr, fn, fd, fp, state, at) select id, id, member_id, '', fn, fd, fp, 'taken', '2026-11-01' from receipt`,
		`insert into review_task (kind, about, receipt_id, reason, created_at, decided_at, verdict, decided_by, cause)
			select 'receipt', id::text, id, 'r', '2026-11-01', case when id % 51 <> 0 then '2026-11-01'::timestamptz end, case when id % 51 <> 0 then 'approved' end, case when id % 51 <> 0 then 1 end, case when id % 51 <> 0 then 'found' end from receipt`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, q := range map[string][2]string{
		"next":          {qTakeNext, `1, '2026-12-01', '2026-12-01', '{receipt}', '2026-11-29', 0, null::text[]`},
		"next there":    {qTakeNext, `1, '2026-12-01', '2026-12-01', '{receipt}', '2026-11-29', 0, '{p7}'`},
		"peek":          {qPeek, `1, '2026-12-01', '2026-12-01', '{receipt}', '2026-11-29', 7, null::text[]`},
		"take":          {qTake, `1, '2026-12-01', '2026-12-01', 51`},
		"decide":        {qDecide, `51, '2026-12-01', 'approved', 1, 'found', '', 0`},
		"answered":      {qAnswered, `'{51, 102}'`},
		"pace":          {qPace, `1, '2026-12-01', '2026-12-01'`},
		"of a receipt":  {qOfReceipt, `51`},
		"about a thing": {qFindOpen, `'receipt', '51'`},
	} {
		plan := storagetest.Plan(t, db, q[0], q[1])
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "review_skip") { // there is none
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	}
}
