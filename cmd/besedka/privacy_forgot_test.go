package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"besedka/core/seal"
	"besedka/storage"
)

func fill(t *testing.T, dsn, backup string) {
	t.Helper()
	f, err := os.Open(backup)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := storage.Restore(t.Context(), dsn, f, func(context.Context, storage.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// forgot tries every key that the database still has on all that is sealed in
// it: of the erased member nothing opens, of the other one everything does.
func (s *shop) forgot(member int64) {
	s.Helper()
	db := s.database()
	if n := value[int64](s, db, fmt.Sprintf(`select cardinality(consents) from member where id = %d`, member)); n != 0 {
		s.Errorf("the erased member agrees to %d things", n)
	}
	ring, err := seal.OpenFile(filepath.Join(s.data, "master.key"))
	if err != nil {
		s.Fatal(err)
	}
	left, err := storage.Collect[leftKey](s.Context(), db, `select wrapped_key from subject where wrapped_key is not null`)
	if err != nil {
		s.Fatal(err)
	}
	opens := func(kind string, sealed []byte) bool {
		return slices.ContainsFunc(left, func(k leftKey) bool {
			key, err := ring.Unwrap(k.Wrapped)
			if err == nil {
				_, err = key.Open(kind, sealed)
			}
			return err == nil
		})
	}
	rows, err := storage.Collect[sealedRow](s.Context(), db, allSealed)
	if err != nil {
		s.Fatal(err)
	}
	seen := map[bool]int{}
	for _, r := range rows {
		seen[r.Member == member]++
		if got, want := opens(r.Kind, r.Sealed), r.Member != member; got != want {
			s.Errorf("%s of member %d opens: %v, want %v", r.Kind, r.Member, got, want)
		}
	}
	if seen[true] < 20 || seen[false] < 20 {
		s.Errorf("only %d texts of the erased and %d of the other are tried", seen[true], seen[false])
	}
	for _, rest := range []string{
		`select count(*) from subject where member_id = %d and (wrapped_key is not null or peer_index is not null or sealed_peer <> '')`,
		`select count(*) from phone where member_id = %d`, `select count(*) from member where id = %d and answers <> '{}'`,
		`select count(*) from conversation c join subject s on s.id = c.subject_id where s.member_id = %d and c.session is not null`,
	} {
		if n := value[int64](s, db, fmt.Sprintf(rest, member)); n != 0 {
			s.Errorf("%s: %d", rest, n)
		}
	}
}

type leftKey struct {
	Wrapped []byte `db:"wrapped_key"`
}

type sealedRow struct {
	Member int64  `db:"member_id"`
	Kind   string `db:"kind"`
	Sealed []byte `db:"sealed"`
}

// allSealed is every sealed text with whose it is and what it was sealed as.
const allSealed = `
with talk as (select c.id, s.member_id from conversation c join subject s on s.id = c.subject_id)
select member_id, 'inbox' as kind, sealed from inbox i join talk on talk.id = i.conversation_id
union all select member_id, 'outbox', sealed from outbox o join talk on talk.id = o.conversation_id
union all select member_id, 'turn', sealed from turn t join talk on talk.id = t.conversation_id
union all select member_id, 'blob', sealed from blob b join subject s on s.id = b.subject_id
union all select member_id, 'phone', sealed from phone`
