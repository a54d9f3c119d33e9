package conversation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/conversation"
	"besedka/storage/storagetest"
)

// walk makes one conversation for each list of steps, which it stands at by
// turns an hour apart, from noon on.
func walk(t *testing.T, paths ...[]string) (since func(hours int) conversation.Traffic) {
	t.Helper()
	db, inbox := storagetest.DB(t), 0
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	for i, steps := range paths {
		exec(`with m as (insert into member (created_at) values ($1) returning id),
s as (insert into subject (member_id, channel, peer_index, sealed_peer, created_at) select id, 'webchat', $2, '', $1 from m returning id)
insert into conversation (subject_id, channel, at, turn_no) select id, 'webchat', $1, $3 from s`, noon, fmt.Appendf(nil, "%d", i), len(steps))
		from := "-"
		for n, to := range steps {
			inbox++
			exec(`insert into turn (conversation_id, turn_no, inbox_id, release_id, step_in, step_out, seed, sealed, at)
select max(id), $1, $2, '', $3, $4, 0, '', $5 from conversation`, n+1, inbox, from, to, noon.Add(time.Duration(n)*time.Hour))
			from = to
		}
	}
	return func(hours int) conversation.Traffic {
		t.Helper()
		traffic, err := conversation.ReadTraffic(t.Context(), db, noon.Add(time.Duration(hours)*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return traffic
	}
}

// TestTrafficAddsUp: from whichever hour one counts, nobody is lost or doubled.
func TestTrafficAddsUp(t *testing.T) {
	t.Parallel()
	since := walk(t,
		[]string{"a/consent", "a/name", "a/name", "b/sure", "a/name", "a/city", "-"},
		[]string{"a/consent", "-", "a/consent", "a/name"},
		[]string{"a/consent"},
		[]string{"-", "-", "a/consent", "a/consent", "a/city"},
	)
	for hours := range 9 {
		traffic := since(hours)
		balance := map[string]int64{}
		for step, n := range traffic.Before {
			balance[step] += n
		}
		for _, m := range traffic.Moves {
			balance[m.To] += m.Turns
			balance[m.From] -= m.Turns
		}
		for step, n := range traffic.Now {
			balance[step] -= n
		}
		delete(balance, "-") // new conversations come from there
		for step, off := range balance {
			if off != 0 {
				t.Errorf("since hour %d: %s is off by %d: %+v", hours, step, off, traffic)
			}
		}
	}
	want := conversation.Traffic{
		Moves:  []conversation.Move{{"a/city", "-", 1}, {"a/name", "a/city", 1}},
		Before: map[string]int64{"a/name": 2, "a/consent": 1, "a/city": 1},
		Now:    map[string]int64{"-": 1, "a/name": 1, "a/consent": 1, "a/city": 1},
	}
	if diff := cmp.Diff(want, since(5)); diff != "" {
		t.Errorf("the last two hours: want (-), got (+):\n%s", diff)
	}
}
