package coupon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// ErrVoid is the answer to making a void coupon void.
var ErrVoid = errors.New("the coupon is void already")

// VoidTx makes one live coupon void, as a person decided. It stays forfeited: its pool
// issues no other one in its place. ErrVoid when it counts no more,
// storage.ErrNotFound when there is none.
func VoidTx(ctx context.Context, tx storage.Tx, now time.Time, id int64, reason string) error {
	if _, err := storage.Value[int64](ctx, tx, qHoldReceiptOf, id); err != nil { // before its pool: members may be joining
		return fmt.Errorf("void coupon %d: %w", id, err)
	}
	var b storage.Batch
	b.Exec(qHoldPoolOfCoupon, id)
	done := storage.Queue[idRow](&b, qVoidOne, id, now, reason)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("void coupon %d: %w", id, err)
	}
	if len(*done) == 0 {
		return ErrVoid
	}
	return nil
}

type idRow struct {
	ID int64 `db:"id"`
}
