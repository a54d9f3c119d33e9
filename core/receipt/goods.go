package receipt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"besedka/core/fiscal"
	"besedka/core/product"
	"besedka/storage"
)

// findGoods looks for the products of the catalogue in a receipt that has just been
// verified. One that a person approved has no contents, and nothing to look in.
func (s *Service) findGoods(ctx context.Context, tx storage.Tx, now time.Time, id int64) error {
	if s.Products == nil {
		return nil
	}
	text, err := storage.Value[[]byte](ctx, tx, qContents, id)
	if err != nil || text == nil {
		return err
	}
	var contents fiscal.Receipt
	if err := json.Unmarshal(text, &contents); err != nil {
		return fmt.Errorf("contents of receipt %d: %w", id, err)
	}
	return s.Products.MatchTx(ctx, tx, now, id, contents)
}

// unsure are those of receipts of which a person is asked what a line is.
func (s *Service) unsure(ctx context.Context, tx storage.Tx, receipts []int64) (map[int64]bool, error) {
	if s.Products == nil {
		return nil, nil
	}
	return product.Unsure(ctx, tx, receipts)
}

// awaitGoods puts a receipt to sleep of which a campaign must know what a line is,
// while a person is asked about that line: WakeSettledTx wakes it. Credited before, it
// would never bring what the line earns.
func (s *Service) awaitGoods(ctx context.Context, tx storage.Tx, now time.Time, p payable) (waits bool, err error) {
	if waits, err = s.Campaigns.ReadsGoods(ctx, tx, p.Bought); err != nil || !waits {
		return false, err
	}
	if _, err := tx.Exec(ctx, qSleep, p.ID, p.Member); err != nil {
		return false, err
	}
	return true, s.Notify(ctx, tx, now, Notice{
		Member: p.Member, Subject: p.Subject, Name: EventManual,
		Key: fmt.Sprintf("receipt/%d/goods", p.ID), Args: args(p.ID, p.Sum),
	})
}

// WakeSettledTx lets receipts be credited that waited for a person to say what their
// lines are: call it in the transaction that settles the lines. A receipt that is just
// being put to sleep is held by who does it, so the two cannot miss each other; one
// that sleeps for another reason falls asleep again.
func WakeSettledTx(ctx context.Context, tx storage.Tx, now time.Time, receipts []int64) error {
	if _, err := tx.Exec(ctx, qWakeSettled, receipts, now); err != nil {
		return fmt.Errorf("wake receipts whose lines are settled: %w", err)
	}
	return nil
}
