package campaign

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// TakeBackTx gives back what the decisions on a receipt have consumed of limits and
// budgets, and takes back the gifts that have not left us; gone are those that have.
// Points and coupons are for the caller, who holds the receipt and comes here before
// them.
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
	for _, d := range stands {
		for _, g := range d.Brought.Gifts {
			ours, err := s.takeGiftBack(ctx, tx, now, rewardKey(receipt, d.Campaign, g.Reward), reason)
			if err != nil {
				return nil, err
			}
			if !ours {
				gone = append(gone, g)
			}
		}
	}
	return gone, nil
}

// takeGiftBack cancels a gift; false when it has left us.
func (s *Service) takeGiftBack(ctx context.Context, tx storage.Tx, now time.Time, key, reason string) (ours bool, err error) {
	if s.Prizes == nil {
		return true, nil
	}
	return s.Prizes.RevokeGiftTx(ctx, tx, now, key, reason)
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
