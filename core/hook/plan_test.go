package hook

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestEndpointsGoByTheirIndexes: of 100,000 events that were told, and 2,000 that wait, what the
// staff do reads those it is about.
func TestEndpointsGoByTheirIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into staff (name, roles, created_at) values ('Вера', '{owner}', '2026-11-01')`,
		`insert into member (created_at) select '2026-11-01' from generate_series(1, 2000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) select id, 'telegram', int4send(id::int), '', 'k', '2026-11-01' from member`,
		`insert into conversation (subject_id, channel, at) select id, 'telegram', '2026-11-01' from subject`,
		`insert into hook_endpoint (made_key, url, kinds, texts, secret, made_by, made_at) select n::text, 'https://desk.example.org/', '{message.shopper}', false, '', 1, '2026-11-01' from generate_series(1, 10) n`,
		`insert into hook_event (conversation_id, kind, at) select c.id, 'message.shopper', '2026-11-01'::timestamptz + n * interval '1 hour' from conversation c, generate_series(1, 50) n`,
		`insert into hook_attempt (endpoint_id, event_id, attempt, outcome, at) select 1 + id % 10, id, 1, 'told', '2026-11-01' from hook_event`,
		`insert into hook_open (endpoint_id, conversation_id, event_id, due_at) select 1 + id / 50 % 10, conversation_id, id, '2026-11-01' from hook_event where id % 50 = 0`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, q := range map[string][2]string{
		"tell":     {qTell, `'{message.shopper}', '{7}', '{0}', '{""}', '{0}', '{""}', '{""}', '2026-12-01'`},
		"one":      {qOne, `1`},
		"resume":   {qResume, `1, '2026-12-01'`},
		"remove":   {qRemove, `1, '2026-12-01'`},
		"attempts": {qAttempts, `1, 0, 50`},
		"again":    {qAgainOne, `1, '00000000-0000-4000-8000-000000000000', '2026-12-01'`},
		"since":    {qAgainSince, `1, '2026-11-03', '2026-12-01'`},
	} {
		plan := storagetest.Plan(t, db, q[0], q[1])
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "hook_endpoint") {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	}
}
