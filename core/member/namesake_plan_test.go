package member

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestNamesakesReadNoWholeTable of a hundred thousand members who have told all.
func TestNamesakesReadNoWholeTable(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at, answers) select '2026-12-01', '{"name": {"by": 1, "plain": "a"}}' from generate_series(1, 100000)`,
		`insert into namesake select id, 'birthday', sha256((id % 50000)::text::bytea) from member`,
		`insert into member_name select id, array[id] from member`,
		`insert into namesake_due select id from member where id <= 20000`,
		`insert into member_pair (one, other, reason, at) select id, id + 50000, 'namesake', '2026-12-01' from member where id <= 50000`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			select id, 'webchat', sha256(id::text::bytea), '', sha256(id::text::bytea), '2026-12-01' from member`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"due":    {qNamesakeDue, "'{7, 8}'"},
		"claim":  {qNamesakeClaim, "100"},
		"told":   {qNamesakeTold, "'{7, 8}', '{name}'"},
		"forget": {qNamesakeForget, "'{7, 8}'"},
		"pair":   {qPairNamesakes, "'{7, 8}', '2026-12-01', 20"},
		"erase":  {qEraseNamesakes, "'{7, 8}'"},
		"card":   {qPairCard, "7, '2900000000018', '2026-12-01', 20"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "Seq Scan on card") { // there is none
				t.Errorf("%s reads a whole table:\n%s", name, plan)
			}
		}
	}
}
