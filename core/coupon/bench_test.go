package coupon_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"besedka/core/coupon"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// BenchmarkAdd is receipts of one campaign at once, each of another member and with
// three coupons: all of them wait for one counter.
func BenchmarkAdd(b *testing.B) {
	m := &mall{t: b, ctx: b.Context(), db: storagetest.DB(b)}
	m.exec(`insert into campaign (id, state) values ('oz', 'draft')`)
	m.exec(`insert into member (created_at) select $1 from generate_series(1, $2::int)`, noon, b.N)
	receipt := m.receipt(1, noon, 1)
	var last atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := last.Add(1)
			if err := m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
				_, err := service.AddTx(ctx, tx, noon, coupon.Addition{
					Key: fmt.Sprint(n), Campaign: "oz", Version: 1, Pool: "plain", Window: "2019-08-03",
					Member: n, Receipt: receipt, Sum: 3500_00, Terms: terms["plain"],
				})
				return err
			}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
