package campaign

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/card"
	"besedka/core/partner"
	"besedka/core/tier"
	"besedka/storage"
)

// Bill is a purchase that a member is about to pay for, as a till tells of it before
// there is a receipt.
type Bill struct {
	Member   int64
	Total    int64         // kopecks, before Discount
	Discount int64         // kopecks, the partner's own; what is left of Total is payable
	Place    partner.Place // zero when the till does not say
}

// CapOf is how much of a bill may be paid by bonuses now: the least that an active
// campaign allows, or all that is payable when none says anything. It takes the lock
// of the member's figures, as EvaluateTx does first.
func (s *Service) CapOf(ctx context.Context, q storage.Querier, now time.Time, b Bill) (rules.Cap, error) {
	c, err := s.capOf(ctx, q, now, b)
	if err != nil {
		return rules.Cap{}, fmt.Errorf("cap of what member %d pays by bonuses: %w", b.Member, err)
	}
	return c, nil
}

func (s *Service) capOf(ctx context.Context, q storage.Querier, now time.Time, b Bill) (rules.Cap, error) {
	versions, err := s.versionsAt(ctx, q, now)
	if err != nil {
		return rules.Cap{}, err
	}
	set, _ := setOf(versions)
	f := rules.Facts{
		Receipt: rules.Receipt{Purchased: now, Total: b.Total, Discount: b.Discount},
		Store:   rules.Store{ID: b.Place.Store, Format: b.Place.Format, Category: b.Place.Category},
		Partner: rules.Partner{ID: b.Place.Partner},
	}
	row, err := storage.One[memberRow](ctx, q, qMember, b.Member)
	if err != nil {
		return rules.Cap{}, err
	}
	was, err := tier.At(ctx, q, b.Member, now)
	if err != nil {
		return rules.Cap{}, err
	}
	row.Tier = tier.Of(was, s.programme().Tier)
	if f.Member, err = s.member(Purchase{Member: b.Member, At: now}, row, set.Segments()); err != nil {
		return rules.Cap{}, err
	}
	carries, err := card.Current(ctx, q, b.Member)
	if err != nil {
		return rules.Cap{}, err
	}
	f.Member.Card = carries.Present()
	return set.RedeemCap(f, now)
}
