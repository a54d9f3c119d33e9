package letter

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestLettersAreFoundByIndexes: among 200,000 letters of which a thousand wait, none of
// the loop's queries reads them all.
func TestLettersAreFoundByIndexes(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 20000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			select id, 'telegram', sha256(id::text::bytea), '', 'key', '2026-12-01' from member`,
		`insert into letter (key, medium, subject_id, address, sealed_to, sealed_text, secret, unasked, parts, state, at, until, due_at, sent_at)
			select n::text, case when n % 2 = 0 then 'sms' else 'email' end, s.id, sha256(s.id::text::bytea), '', '', n % 50 = 0, n % 50 <> 0, 1,
				case when n % 200 = 0 then 'pending' else 'sent' end, '2026-12-01', '2026-12-04', case when n % 200 = 0 then timestamptz '2026-12-01' end, '2026-12-01'
			from generate_series(1, 10) k, subject s, lateral (select s.id * 10 + k as n) numbered`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, q := range map[string][2]string{
		"next":  {qNext, `'sms'`},
		"lost":  {qLost, `'2026-12-02', '2026-12-02', 'sms'`},
		"claim": {qClaim, `'sms', '2026-12-02', '2026-12-02', 1, 16, '2026-12-01'`},
		"codes": {qCodes, `'a', '2026-12-02', '2026-12-02', 'k'`},
		"mark":  {qMark, `1, 'sent', null, 1, false, '', '', '2026-12-02'`},
		"count": {qBacklog, ""},
	} {
		sql := q[0]
		args := q[1]
		if args == "" { // a plan needs an argument
			sql, args = strings.Replace(sql, "where", "where $1::int = 1 and", 1), "1"
		}
		if plan := storagetest.Plan(t, db, sql, args); strings.Contains(plan, "Seq Scan on letter") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
