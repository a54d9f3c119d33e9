package report_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/report"
	"besedka/storage/storagetest"
)

// TestRegistered: only the day's new members count, each by their answer; who was merged
// into another is not one.
func TestRegistered(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	join := func(n int, gender string, at time.Time, merged bool) {
		for range n {
			_, err := db.Exec(context.Background(), `
insert into member (created_at, registered_at, merged_into, answers)
select $1, $1, case when $3 then (select min(id) from member) end,
  case when $2 = '' then '{}' else jsonb_build_object('gender', jsonb_build_object('plain', $2::text)) end`, at, gender, merged)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	join(6, "f", midnight, false)
	join(4, "m", midnight.Add(23*time.Hour), false)
	join(5, "", midnight, false)
	join(1, "f", midnight, true)
	join(7, "f", midnight.Add(-time.Second), false)
	join(7, "m", midnight.AddDate(0, 0, 1), false)
	got, err := report.Registered(t.Context(), db, "gender", midnight, midnight.AddDate(0, 0, 1))
	want := report.Table{Cells: []report.Cell{{Name: "", Count: 5}, {Name: "f", Count: 6}, {Name: "m", Hidden: true}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}
