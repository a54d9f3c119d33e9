package campaign

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/storage"
)

// TakeBackTx gives back what the decisions on a receipt have consumed of limits and
// budgets, and takes back the gifts that have not left us; gone are those that have.
// Coupons and points are for the caller, who holds the receipt and takes the coupons
// before and the points after.
func (s *Service) TakeBackTx(ctx context.Context, tx storage.Tx, now time.Time, receipt, member int64, reason string) (gone []Gift, err error) {
	if gone, err = s.takeBack(ctx, tx, now, receipt, member, reason); err != nil {
		return nil, fmt.Errorf("take limits and gifts of receipt %d back: %w", receipt, err)
	}
	return gone, nil
}

func (s *Service) takeBack(ctx context.Context, tx storage.Tx, now time.Time, receipt, member int64, reason string) (gone []Gift, err error) {
	stands, err := decisions(ctx, tx, qStands, receipt)
	if err != nil {
		return nil, err
	}
	var b storage.Batch
	addUsed(&b, released(stands), member)
	if err := b.Send(ctx, tx); err != nil {
		return nil, err
	}
	var gifts []won
	for _, d := range stands {
		for _, g := range d.Brought.Gifts {
			gifts = append(gifts, won{g, rewardKey(receipt, d.Campaign, g.Reward)})
		}
	}
	return s.takeGiftsBack(ctx, tx, now, gifts, reason)
}

// won is a gift with the key that it was taken by.
type won struct {
	Gift
	key string
}

// takeGiftsBack cancels gifts, by the names of their prizes; gone are those that have
// left us.
func (s *Service) takeGiftsBack(ctx context.Context, tx storage.Tx, now time.Time, gifts []won, reason string) (gone []Gift, err error) {
	if s.Prizes == nil {
		return nil, nil
	}
	slices.SortStableFunc(gifts, func(a, b won) int { return cmp.Compare(a.Pool, b.Pool) })
	for _, g := range gifts {
		ours, err := s.Prizes.RevokeGiftTx(ctx, tx, now, g.key, reason)
		if err != nil {
			return nil, err
		}
		if !ours {
			gone = append(gone, g.Gift)
		}
	}
	return gone, nil
}

// released is what gives back all that decisions have consumed.
func released(decisions []Decision) (uses []Used) {
	for _, d := range decisions {
		for _, u := range d.Uses {
			u.Amount = -u.Amount
			uses = append(uses, u)
		}
	}
	return uses
}
