package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/storage/storagetest"
)

// TestWaiting counts each conversation at the step that runs, tells of steps what may be
// told, and does not count for every page.
func TestWaiting(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	exec(`insert into release (id, at) values ('r', $1)`, now)
	stand := func(people int, standing string) {
		t.Helper()
		exec(`with m as (insert into member (created_at) select $2 from generate_series(1, $1) returning id),
			s as (insert into subject (member_id, channel, sealed_peer, wrapped_key, created_at) select id, 'telegram', 'x', 'k', $2 from m returning id)
			insert into conversation (subject_id, channel, release_id, standing, at) select id, 'telegram', 'r', $3, $2 from s`, people, now, standing)
	}
	stand(7, "hello/name")
	stand(20, "hello/city")
	stand(9, "hello/city menu/show") // over a flow that waits for its end
	stand(6, "gone/step")
	stand(5, "") // nobody is asked anything
	exec(`update subject set wrapped_key = null where id = (select min(id) from subject)`)
	s := Service{DB: db, Programme: func() Programme {
		return Programme{Zone: time.UTC, Steps: []string{"hello/name", "hello/city", "menu/show"}}
	}}
	waiting := func(at time.Time) Waiting {
		t.Helper()
		today, err := s.Today(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return today.Waiting
	}
	exact := func(n int64) Count { return Count{n, n} }
	want := Waiting{At: now, Steps: []Step{{"hello/name", exact(6)}, {"hello/city", exact(29)}, {"", exact(6)}}}
	if diff := cmp.Diff(want, waiting(now)); diff != "" {
		t.Error(diff)
	}
	stand(3, "menu/show")
	if diff := cmp.Diff(want, waiting(now.Add(15*time.Second-1))); diff != "" {
		t.Errorf("counted again too soon: %s", diff)
	}
	want = Waiting{At: now.Add(15 * time.Second), Steps: []Step{{"hello/name", exact(6)}, {"hello/city", Count{28, 31}}, {"menu/show", few}, {"", exact(6)}}}
	if diff := cmp.Diff(want, waiting(now.Add(15*time.Second))); diff != "" {
		t.Error(diff)
	}
}
