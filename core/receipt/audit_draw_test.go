package receipt

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/verify"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// drawn are the audits planned for n receipts with a small award, by a seed.
func drawn(t *testing.T, db *storage.DB, seed string, n int64) []int64 {
	t.Helper()
	s := New(Config{Provider: verify.New("http://tax.example", "")})
	var ids []int64
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, "delete from receipt_audit"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into setting (name, value) values ('audit_seed', $1) on conflict (name) do update set value = $1", seed); err != nil {
			return err
		}
		var b storage.Batch
		for id := int64(1); id <= n; id++ {
			s.planAudit(&b, time.Unix(0, 0), payable{subject: subject{ID: id}, Contents: []byte("{}")}, auditLarge-1)
		}
		if err := b.Send(ctx, tx); err != nil {
			return err
		}
		var err error
		ids, err = storage.Value[[]int64](ctx, tx, "select coalesce(array_agg(receipt_id order by 1), '{}') from receipt_audit")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestDraw: about as many as promised, the same by the same seed, others by another.
func TestDraw(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	const n = 3000
	for _, sql := range []string{
		"insert into member (created_at) values ('2026-05-03')",
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		select 'x', n, 1, 1, '2026-05-03', 'UTC', '2026-05-03', 100, 1, 'credited', '2026-05-03', '2026-05-03' from generate_series(1, 3000) n`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	first := drawn(t, db, "one", n)
	if got := len(first); got < n*auditPermille/1000/2 || got > n*auditPermille/1000*2 {
		t.Errorf("%d of %d receipts are drawn", got, n)
	}
	if diff := cmp.Diff(first, drawn(t, db, "one", n)); diff != "" {
		t.Errorf("the same seed draws others: %s", diff)
	}
	if cmp.Equal(first, drawn(t, db, "two", n)) {
		t.Error("another seed draws the same")
	}
}
