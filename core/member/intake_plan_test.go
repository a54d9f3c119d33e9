package member

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestErasureFindsLinesByIndex of lists of people, as everybody who proves a number waits for it.
func TestErasureFindsLinesByIndex(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 1000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			select id, 'webchat', sha256(id::text::bytea), '', sha256(id::text::bytea), '2026-12-01' from member`,
		`insert into phone (member_id, subject_id, phone_index, sealed, verified_at, at)
			select member_id, id, sha256(id::text::bytea), '', created_at, created_at from subject`,
		`insert into intake (file_index, bytes, head, head_line, at) values ('', 1, '', 1, '2026-12-01')`,
		`insert into intake_row (intake_id, line, sealed, phone_index, member_id)
			select 1, n, '', sha256(n::text::bytea), case when n <= 1000 then n end from generate_series(1, 20000) n`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if plan := storagetest.Plan(t, db, qEraseIntakes, "'{7, 8}'"); strings.Contains(plan, "Seq Scan on intake_row") {
		t.Errorf("an erasure reads whole lists:\n%s", plan)
	}
}
