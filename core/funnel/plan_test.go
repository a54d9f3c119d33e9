package funnel

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestADayIsFoundByItsIndex: who came in a day is found without those of two hundred.
func TestADayIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into funnel (flow, stage, member_id, at)
			select 'hello', s, n, '2026-04-20T00:00Z'::timestamptz + n / 100 * interval '1 day'
			from generate_series(1, 20000) n, unnest('{a, b}'::text[]) s order by n`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	plan := storagetest.Plan(t, db, qFurthest, "'hello', '{a, b}', '2026-11-01', '2026-11-02'")
	if strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "funnel_day") {
		t.Errorf("a day reads the whole funnel:\n%s", plan)
	}
}
