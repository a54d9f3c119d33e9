package support

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestInReview: whoever's receipt waits for a person is in the list, whoever speaks with
// them, once, in the chat that people have, else in the one they spoke in last; who works
// for some partners has those of their receipts alone.
func TestInReview(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into staff (name, roles, created_at) values ('Анна', '{operator}', '2026-11-01'), ('Борис', '{operator}', '2026-11-01')`,
		`insert into staff_partner (staff_id, partner) values (2, 'lavka')`,
		`insert into member (created_at) select '2026-11-01' from generate_series(1, 4)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select m, c.name, int4send(m), '', '', '2026-11-01' from generate_series(1, 4) m, (values ('telegram'), ('webchat')) c(name) order by m, 2`,
		`insert into conversation (subject_id, channel, at) select id, channel, created_at from subject order by id`,
		`update conversation set lifecycle = 'operator', queue = 'support', queued_at = '2026-11-02', holder = 1, taken_at = '2026-11-02' where id = 4`, // member 2, webchat
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		 select 'fn', n, 1, 1, '2026-11-03', 'UTC', '2026-11-03', 1, m, 'manual', '2026-11-03', '2026-11-03' from (values (1, 1), (2, 1), (3, 2), (4, 3)) r(n, m)`,
		`insert into content (hash, body) values ('x', '')`,
		`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at) values (3, '', '', 'accepted', 'lavka', 'one', '', '', '', 'x', '', '2026-11-03')`,
		`insert into review_task (kind, about, receipt_id, reason, created_at) select 'receipt', 'receipt/' || id, id, 'x', '2026-11-10'::timestamptz - id * interval '1 hour' from receipt where member_id <> 3`,
		`insert into review_task (kind, about, receipt_id, reason, created_at) select 'sample', 'receipt/' || id, id, 'x', '2026-11-04' from receipt where member_id = 3`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for staff, want := range map[int64][]string{
		1: {"conversation 4 of member 2, held by 1, since 2026-11-02", "conversation 1 of member 1, held by 0, since 2026-11-09"},
		2: {"conversation 4 of member 2, held by 1, since 2026-11-02"},
	} {
		rows, err := List(t.Context(), db, time.Now(), Asked{Show: Review, Staff: staff})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("conversation %d of member %d, held by %d, since %s", r.ID, r.Member, r.Holder, r.Since.UTC().Format(time.DateOnly)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d sees %q, want %q", staff, got, want)
		}
	}
	for _, sql := range []string{
		`insert into support_case (conversation_id, since, tags) select id, queued_at, '{prize}' from conversation where id = 4`,
		`update review_task set created_at = '2026-11-01' where receipt_id = 1`, // another one waits longer
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := storage.Collect[Row](t.Context(), db, qInReview, 1, "prize", 1)
	if err != nil || len(rows) != 1 || rows[0].ID != 4 {
		t.Errorf("of the tag there are %+v, %v", rows, err)
	}
}
