package prize

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// Gift is a prize that a campaign gives at once.
type Gift struct {
	Key      string // the same key gives once
	Pool     string // a prize of prizes.yaml, to be bought or only to be won
	Member   int64
	Receipt  int64 // 0 for none
	Campaign string
}

// TakeGiftTx sets a piece of the prize aside for its winner, who takes it in the chat
// or at a desk as what is bought. It is not taken when there is none left, or no such
// prize: the campaign falls back on something else, and nobody wins nothing. The
// caller holds the receipt, and has not touched the ledger yet: prizes are locked
// before it.
func (s *Service) TakeGiftTx(ctx context.Context, tx storage.Tx, now time.Time, g Gift) (taken bool, err error) {
	given, err := storage.Value[bool](ctx, tx, qGiftGiven, g.Key)
	if err != nil || given {
		return given, err
	}
	p := s.Showcase().Prize(g.Pool)
	if p == nil || !p.Covers(now) {
		return false, nil
	}
	one, err := pickTx(ctx, tx, p)
	if errors.Is(err, ErrOutOfStock) {
		return false, nil
	}
	if err == nil {
		_, err = s.write(ctx, tx, one, Order{
			Key: g.Key, Prize: p.ID, Name: p.Name.In(""), Member: g.Member, State: Reserved, Delivery: p.Delivery, Currency: s.Currency(),
			Value: p.Value, Tax: p.Tax, Campaign: storage.OrNull(g.Campaign), Receipt: storage.OrNull(g.Receipt), At: now,
		})
	}
	if err != nil {
		return false, fmt.Errorf("gift %s: %w", g.Key, err)
	}
	return true, nil
}

// RevokeGiftTx takes a gift back that has not left us; false when it has, or was never
// given. It is called before the ledger is touched, too.
func (s *Service) RevokeGiftTx(ctx context.Context, tx storage.Tx, now time.Time, key, reason string) (back bool, err error) {
	id, err := storage.Value[int64](ctx, tx, qGiftOf, key)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err == nil {
		_, err = s.CancelTx(ctx, tx, Act{Order: id, Reason: reason, At: now})
	}
	if _, late := errors.AsType[*StateError](err); late {
		return false, nil
	}
	return err == nil, err
}

// MergeTx gives the orders of a member who turned out to be another one to that one.
// What they hold in the ledger stays theirs by its key.
func MergeTx(ctx context.Context, tx storage.Tx, from, into int64) error {
	if _, err := tx.Exec(ctx, qMerge, from, into); err != nil {
		return fmt.Errorf("join orders of member %d into %d: %w", from, into, err)
	}
	return nil
}

// ForgetTx gives back what waits for a member who was erased: nobody could show a
// code for it any more.
func ForgetTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	waiting, err := storage.Collect[waitingRow](ctx, tx, qOpenOf, member)
	if err != nil {
		return fmt.Errorf("orders of erased member %d: %w", member, err)
	}
	var s Service // nobody is told
	for _, o := range waiting {
		if _, err := s.CancelTx(ctx, tx, Act{Order: o.ID, Member: o.Member, Reason: "erased", At: now}); err != nil {
			return err
		}
	}
	return nil
}

type waitingRow struct {
	ID     int64 `db:"id"`
	Member int64 `db:"member"`
}
