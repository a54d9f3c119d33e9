package survey

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/card"
	"besedka/core/ledger"
	"besedka/core/seal"
	"besedka/core/tier"
	"besedka/storage"
)

// Service grants rewards and opens what is sealed.
type Service struct {
	Keys *seal.Keyring
	Zone func() *time.Location // whose days the lifetimes of rewards mean

	Tiers *tier.Service // looks whether rewards lead to another one; nil: nobody does
}

// Reward is what a response earns.
type Reward struct {
	Points int64  // minor units; 0 for none
	TTL    string // rules.Expiry; "" for ever
	Why    string // as the statement shows it
}

type heldRow struct {
	ID     int64  `db:"id"`
	Reward int64  `db:"reward"`
	TTL    string `db:"ttl"`
	Why    string `db:"why"`
}

// RewardTx grants what a member has earned and not got yet; one who is not
// registered goes on waiting. Call it in the transaction that registers.
func (s *Service) RewardTx(ctx context.Context, tx storage.Tx, now time.Time, member int64) error {
	with, err := card.Current(ctx, tx, member)
	if err != nil || !with.CanOf().Earn { // it stays promised until the card's status is lifted
		return err
	}
	held, err := storage.Collect[heldRow](ctx, tx, qHeld, member, now)
	if err != nil {
		return fmt.Errorf("rewards of member %d for surveys: %w", member, err)
	}
	for _, h := range held {
		a := ledger.Accrual{Key: rewardKey(h.ID), Member: member, Currency: ledger.Bonus, Amount: h.Reward, Reason: h.Why, Frozen: with.CanOf().Frozen, At: now}
		if with != nil {
			a.Card = with.Number
		}
		a.ExpiresAt, _ = rules.Expiry(h.TTL, now, s.Zone())
		if err := ledger.AccrueTx(ctx, tx, a); err != nil {
			return err
		}
		if err := s.Tiers.LookTx(ctx, tx, now, member); err != nil {
			return err
		}
	}
	return nil
}

// rewardKey lets a response be rewarded once.
func rewardKey(response int64) string { return fmt.Sprintf("survey/%d", response) }

type twiceRow struct {
	ID       int64 `db:"id"`
	Member   int64 `db:"member"`
	Reward   int64 `db:"reward"`
	Rewarded bool  `db:"rewarded"`
}

// MergeTx makes the responses of two members those of one. Of a survey that both
// have answered the response completed first stays, and what the other earned is
// taken back: one response, one reward. Called before the accounts are joined.
func (s *Service) MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	twice, err := storage.Collect[twiceRow](ctx, tx, qTwice, from, into)
	if err != nil {
		return fmt.Errorf("join surveys of member %d into %d: %w", from, into, err)
	}
	dropped := make([]int64, len(twice))
	for i, r := range twice {
		if dropped[i] = r.ID; !r.Rewarded {
			continue
		}
		back := ledger.Reversal{Key: "reverse/" + rewardKey(r.ID), Member: r.Member, Currency: ledger.Bonus, Amount: r.Reward, At: now}
		if err := ledger.ReverseTx(ctx, tx, back); err != nil {
			return err
		}
	}
	var b storage.Batch
	b.Exec(qDrop, dropped)
	b.Exec(qMove, from, into)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("join surveys of member %d into %d: %w", from, into, err)
	}
	return s.RewardTx(ctx, tx, now, into)
}
