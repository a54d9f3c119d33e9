package prize

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestOrderIsHeldByIndexes: a turn holds an order on the connections that claim, where
// neither a bitmap nor a scan of the table is to be had. Members of 20,000 chats.
func TestOrderIsHeldByIndexes(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 20000)`,
		`insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			select id, 'telegram', sha256(id::text::bytea), '', 'key', '2026-12-01' from member`,
		`insert into prize_order (key, prize, name, member_id, subject_id, state, delivery, currency, price, at)
			select id, 'bag', 'bag', id, case when id % 2 = 0 then id end, 'reserved', 'desk', 'bonus', 1, '2026-12-01' from member`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for _, order := range []int64{7, 8} { // reserved at a desk, and in a chat
		var load storage.Batch
		load.Exec("prepare held as " + qOrderHold)
		err := db.InTwoTrips(ctx, &load, func(ctx context.Context, tx storage.Tx, _ *storage.Batch) error {
			lines, err := storage.Collect[struct {
				Line string `db:"QUERY PLAN"`
			}](ctx, tx, fmt.Sprintf("explain (analyze, timing off) execute held(%d)", order))
			var plan strings.Builder
			for _, l := range lines {
				plan.WriteString(l.Line + "\n")
			}
			for _, bad := range []string{"Seq Scan", "Removed by Filter: 1", "Removed by Filter: 2"} {
				if strings.Contains(plan.String(), bad) {
					t.Errorf("order %d: %s", order, plan.String())
					break
				}
			}
			_, _ = tx.Exec(ctx, "deallocate held")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
