package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// ErrReserved is the answer where points that should go back are held by something that has
// not ended yet.
var ErrReserved = errors.New("some of the points that came over are reserved: commit or cancel that first")

// Unmerge is what a merge of two members brought to the survivor.
type Unmerge struct {
	From, Into  int64   // members; From is whoever parts
	Lots, Holds []int64 // that came over
	At          time.Time
}

// UnmergeTx gives a member who was merged by mistake back what is still there of the lots
// that came over, with their expiries. What was spent of them stays spent, by the survivor;
// a refund of it is the survivor's. What was spent before the merge is refunded to whoever
// spent it. The answer is how much went back, in minor units by currency; ErrReserved where
// any of it is held. Neither member shares an account; the caller holds both.
func UnmergeTx(ctx context.Context, tx storage.Tx, u Unmerge) (back map[string]int64, err error) {
	back = map[string]int64{}
	err = eachCurrency(ctx, tx, u.From, u.Into, func(currency string) (err error) {
		back[currency], err = unmerge(ctx, tx, u, currency)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("give member %d back what came to %d: %w", u.From, u.Into, err)
	}
	return back, nil
}

func unmerge(ctx context.Context, tx storage.Tx, u Unmerge, currency string) (int64, error) {
	ids, err := lockOwn(ctx, tx, currency, u.From, u.Into)
	if err != nil {
		return 0, err
	}
	reserved, err := storage.Value[bool](ctx, tx, qUnmoveHeld, u.Lots, u.Holds)
	if err == nil && reserved {
		err = ErrReserved
	}
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, qSweep, []int64{ids[u.Into]}, u.At); err != nil {
		return 0, err
	}
	back, err := storage.Value[int64](ctx, tx, qUnmoveSum, ids[u.Into], u.Lots)
	if err != nil {
		return 0, err
	}
	var b storage.Batch
	b.Exec(qUnmove, ids[u.Into], ids[u.From], u.At, u.Lots)
	b.Exec(qUnmoveHolds, ids[u.Into], ids[u.From], u.Holds)
	return back, b.Send(ctx, tx)
}
