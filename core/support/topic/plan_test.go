package topic

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestGroupGoesByIndexes: the group is compared with the conversations every second; of
// 5,000 that people once had 50 are theirs.
func TestGroupGoesByIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`create temporary view talk as select n, '2026-11-01T00:00Z'::timestamptz + n * interval '1 minute' as at from generate_series(1, 5000) n`,
		`insert into member (created_at) select at from talk order by n`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select n, 'telegram', int4send(n), '', int4send(n), at from talk order by n`,
		`insert into conversation (subject_id, channel, at) select n, 'telegram', at from talk order by n`,
		`insert into inbox (conversation_id, kind, dedupe_key, sealed, received_at) select n, 'message', 'telegram/42/' || n || '/m1', '', at from talk`,
		`insert into outbox (conversation_id, channel, sealed, at, staff_id) select n, 'telegram', '', at, 1 from talk, generate_series(1, 4) i`,
		`insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, 0 from outbox where id % 10 = 0`,
		`insert into outbox_outcome (outbox_id, state, attempts) select id, 'sent', 1 from outbox where id % 10 <> 0`,
		`update conversation set lifecycle = 'queued', queue = 'support', queued_at = at where id % 100 = 1`,
		`insert into topic (conversation_id, chat_id, thread_id, card_id, closed, since) select n, -1, n, n, n % 100 <> 1, at from talk`,
		`insert into topic_line (conversation_id, kind, line_id, message_id) select conversation_id, 'out', id, id from outbox`,
		`insert into topic_reply (conversation_id, message_id, note) select conversation_id, id, false from outbox`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"works":   {qWorks, "-1, 0, 200"},
		"at":      {qTopicAt, "-1, 101"},
		"card":    {qTopicOfCard, "-1, 101"},
		"topic":   {qTopic, "-1, 101"},
		"lines":   {qLines, "101"},
		"seen":    {qSeen, "101, 1000000"},
		"replies": {qReplies, "101, 60"},
		"taken":   {qReplyTaken, "101, 404"},
		"answers": {qAnswered, "101, 404"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		if strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s reads a whole table:\n%s", name, plan)
		}
	}
	works, err := Works(t.Context(), db, -1, 0)
	if err != nil || len(works) != 50 {
		t.Errorf("%d conversations, %v", len(works), err)
	}
}
