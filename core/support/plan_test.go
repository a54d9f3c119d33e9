package support

import (
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/storage/storagetest"
)

// TestListsGoByTheirIndexes: open pages ask for their lists every second; of 5,000
// conversations with 100,000 messages either way 100 are people's.
func TestListsGoByTheirIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`create temporary view talk as select n, '2026-11-01T00:00Z'::timestamptz + n * interval '1 minute' as at from generate_series(1, 5000) n`,
		`insert into staff (name, roles, created_at) values ('Анна', '{operator}', '2026-11-01')`,
		`insert into member (created_at) select at from talk order by n`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select n, 'telegram', int4send(n), '', int4send(n), at from talk order by n`,
		`insert into conversation (subject_id, channel, at) select n, 'telegram', at from talk order by n`,
		`insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at) select n, 'message', n || '/' || i, '', at + i * interval '1 hour' from talk, generate_series(1, 20) i`,
		`insert into outbox (conversation_id, channel, sealed, at, staff_id) select n, 'telegram', '', at + i * interval '1 hour', case when i = 20 and n % 2 = 0 then 1 end from talk, generate_series(1, 20) i`,
		`insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, 0 from outbox where id % 10 = 0`,
		`insert into outbox_outcome (outbox_id, state, attempts) select id, 'sent', 1 from outbox where id % 10 <> 0`,
		`update conversation set lifecycle = 'operator', queue = 'support', queued_at = at, holder = 1, taken_at = at where id % 100 = 0`,
		`update conversation set lifecycle = 'queued', queue = 'support', queued_at = at where id % 100 = 1`,
		`insert into note (conversation_id, staff_id, sealed, at) select n, 1, '', at from talk, generate_series(1, 4)`,
		`insert into support_case (conversation_id, since, tags) select id, c.at + i * interval '1 hour', '{prize}' from conversation c, generate_series(0, 4) i`,
		`update support_case set snoozed_at = '2026-11-01T22:00Z', snoozed_until = '2026-11-02' where conversation_id = 100`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select 'fn', n, 1, 1, at, 'UTC', at, 1, n, case when n % 100 = 2 then 'manual' else 'credited' end, at, at from talk`,
		`insert into content (hash, body) values ('x', '')`,
		`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select id, '', '', 'accepted', 'lavka', 'one', '', '', '', 'x', '', uploaded_at from receipt`,
		`insert into review_task (kind, about, receipt_id, reason, created_at, decided_at, decided_by, verdict)
			select 'receipt', 'receipt/' || id, id, 'x', uploaded_at, case when state = 'credited' then uploaded_at end, case when state = 'credited' then 1 end, case when state = 'credited' then 'approved' end from receipt`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"waiting": {qList, "'waiting', 1, '2026-12-01', '', 100, 0"},
		"mine":    {qList, "'mine', 1, '2026-12-01', '', 100, 0"},
		"snoozed": {qList, "'snoozed', 1, '2026-12-01', '', 100, 0"},
		"tagged":  {qList, "'all', 1, '2026-12-01', 'prize', 100, 0"},
		"all":     {qList, "'all', 1, '2026-12-01', '', 100, 0"},
		"review":  {qInReview, "1, '', 100"},
		"one":     {qList, "'all', 0, '2026-12-01', '', 1, 100"},
		"counts":  {qCounts, "'2026-12-01'"},
		"sweep":   {qTended, "0, '2026-11-01', 0, 1000"},
		"thread":  {qThreadMark, "100"},
		"threads": {qThreadMarks, "'{100,101,200}'"},
		"notes":   {qNotes, "100, 0, 20"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "on staff") {
				t.Errorf("%s reads a whole table:\n%s", name, plan)
			}
		}
	}
	rows, err := List(t.Context(), db, time.Now(), Asked{Show: Waiting, Staff: 1})
	if err != nil || len(rows) != 50 || rows[0].ID != 1 || !rows[0].Unanswered || rows[0].Newest == 0 {
		t.Errorf("%d wait, the first is %+v, %v", len(rows), rows[0], err)
	}
	rows, err = List(t.Context(), db, time.Now(), Asked{Show: All, Staff: 1})
	waits := slices.IndexFunc(rows, func(r Row) bool { return r.WaitsSince == nil })
	if err != nil || waits != 50 || rows[waits].ID != 100 || slices.ContainsFunc(rows[waits:], func(r Row) bool { return r.WaitsSince != nil }) {
		t.Errorf("who waits no more stands from row %d on, %v", waits, err)
	}
}
