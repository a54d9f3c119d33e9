package member

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestSearchReadsNoWholeTable of a hundred thousand members, however they are looked for.
func TestSearchReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 100000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			select id, 'webchat', sha256(id::text::bytea), '', sha256(id::text::bytea), '2026-12-01' from member`,
		`insert into phone (member_id, subject_id, phone_index, sealed, verified_at, at)
			select member_id, id, sha256(id::text::bytea), '', case when id % 2 = 0 then created_at end, created_at from subject`,
		`insert into card (number, type, member_id, at, changed_at) select (2900000000000 + id)::text, 'plain', id, created_at, created_at from member`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select '7380440800512345', id, id, 1, '2026-12-01', 'UTC', '2026-12-01', 100, id, case when id % 3 = 0 then 'rejected' else 'credited' end, created_at, created_at from member`,
		`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select id, '', '', 'other', '', '', '', '', '', '', '', uploaded_at from receipt`,
		`insert into member_name select id, array[id % 1000, 1000 + id % 997, id * 5000] from member`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	story := storagetest.Plan(t, db, qStory, "7, '9999-01-01', '~', 9223372036854775807, 31, null::text[]")
	for _, table := range []string{"member", "receipt", "card"} {
		if strings.Contains(story, "Seq Scan on "+table+" ") {
			t.Errorf("a story reads the whole table of %ss:\n%s", table, story)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"number":  {qSearchNumber, "7"},
		"phone":   {qSearchPhone, "sha256('8')"},
		"claim":   {qSearchClaim, "sha256('7'), 21"},
		"card":    {qSearchCard, "'2900000000018'"},
		"receipt": {qSearchReceipt, "'7380440800512345', 7, 7, 21, null"},
		"name":    {qSearchName, "'{7, 1007}', 21"},
		"found":   {qFound, "'{7, 8}'"},
		"phones":  {qFoundPhones, "'{7, 8}'"},
		"told":    {qNamesakeTold, "'{7, 8}', '{name}'"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "Seq Scan on submission") { // there is none
				t.Errorf("%s reads a whole table:\n%s", name, plan)
			}
		}
	}
}
