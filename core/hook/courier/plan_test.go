package courier

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestEventsAreFoundByIndexes: of 100,000 events that were told, and 2,000 that wait, the
// loops read those that are due.
func TestEventsAreFoundByIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into staff (name, roles, created_at) values ('Вера', '{owner}', '2026-11-01')`,
		`insert into member (created_at) select '2026-11-01' from generate_series(1, 2000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select id, 'telegram', int4send(id::int), '', 'k', '2026-11-01' from member`,
		`insert into conversation (subject_id, channel, at) select id, 'telegram', '2026-11-01' from subject`,
		`insert into hook_endpoint (made_key, url, kinds, texts, secret, made_by, made_at) select n::text, 'https://desk.example.org/', '{message.shopper}', false, '', 1, '2026-11-01' from generate_series(1, 3) n`,
		`insert into hook_event (conversation_id, kind, at) select c.id, 'message.shopper', '2026-11-01' from conversation c, generate_series(1, 50)`,
		`insert into hook_attempt (endpoint_id, event_id, attempt, outcome, at) select 1 + id % 3, id, 1, 'told', '2026-11-01' from hook_event`,
		`insert into hook_open (endpoint_id, conversation_id, event_id, due_at) select 1 + id % 3, conversation_id, id, '2026-11-01' from hook_event where id % 50 = 0`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, q := range map[string][2]string{
		"claim":  {qClaim, `'2026-11-02', '2026-11-02', 1, 4`},
		"told":   {qTold, `1, 1, 1, 1, '2026-11-02', 200`},
		"failed": {qFailed, `1, 1, 1, 1, '2026-11-02', 'refused', 503, '2026-11-02', '2026-11-01'`},
	} {
		plan := storagetest.Plan(t, db, q[0], q[1])
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan on hook_") && !strings.Contains(line, "hook_endpoint") {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	}
}
