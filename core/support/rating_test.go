package support

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/storage/storagetest"
)

// TestMarksDoNotDiffer: whatever days are asked for, and whenever, two answers differ by
// five marks or more, or not at all; and a reason that a programme calls quiet is another
// one than the program's own.
func TestMarksDoNotDiffer(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, sql := range []string{
		`insert into staff (name, roles, created_at) values ('Анна', '{operator}', $1)`,
		`insert into member (created_at) values ($1)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) values (1, 'telegram', '', '', '', $1)`,
		`insert into conversation (subject_id, channel, at) values (1, 'telegram', $1)`,
		`insert into support_case (conversation_id, since, closed_at, closed_by, ended, rating, rated_at)
			select 1, $1::timestamptz + n * interval '1 hour', $1::timestamptz + n * interval '1 hour', case when n % 2 = 0 then 1 end, 'quiet', 1 + n % 5, $1::timestamptz + n * interval '1 hour' from generate_series(1, 33) n`,
	} {
		if _, err := db.Exec(t.Context(), sql, noon); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	marks := func(rt *rapid.T) []int64 {
		from := rapid.IntRange(-1, 35).Draw(rt, "from")
		to := rapid.IntRange(from, 36).Draw(rt, "to")
		m, err := MarksIn(t.Context(), db, noon.Add(time.Duration(from)*time.Hour), noon.Add(time.Duration(to)*time.Hour))
		if err != nil {
			rt.Fatal(err)
		}
		return []int64{m.One, m.Two, m.Three, m.Four, m.Five}
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := marks(rt), marks(rt)
		differ := int64(0)
		for i := range a {
			differ += max(a[i]-b[i], b[i]-a[i])
		}
		if differ != 0 && differ < FewestMarks {
			rt.Fatalf("%v and %v differ by %d marks", a, b, differ)
		}
	})
	if m, err := MarksIn(t.Context(), db, noon, noon.Add(48*time.Hour)); err != nil || m.Given() != 30 {
		t.Errorf("all are %+v, %v", m, err)
	}
	closed, err := ClosedIn(t.Context(), db, noon, noon.Add(48*time.Hour))
	if err != nil || len(closed) != 2 || closed[0] != (Closed{"quiet", true, 17}) || closed[1] != (Closed{"quiet", false, 16}) {
		t.Errorf("closed are %+v, %v", closed, err)
	}
}
