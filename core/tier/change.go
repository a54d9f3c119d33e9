package tier

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// change is one that was decided, and by what.
type change struct {
	was heldRow
	ladder.Change
	measured int64
	currency string
}

// key names the posting of the change: there is one of each version of a member's tier.
func (c change) key() string { return fmt.Sprintf("tier/%d/%d", c.was.Member, c.was.Version+1) }

// change moves the points that the change gives or takes, and writes it. Of what was
// decided in a balance's stead more may be taken than there is: then it is what there is.
func (s *Service) change(ctx context.Context, tx storage.Tx, now time.Time, l *ladder.Ladder, c change) error {
	reason := l.Tier(c.Tier).Title.In("")
	switch {
	case c.Delta > 0:
		err := ledger.AccrueTx(ctx, tx, ledger.Accrual{
			Key: c.key(), Member: c.was.Member, Currency: l.Currency, Amount: c.Delta, ExpiresAt: s.Expires(l.Currency, now), Reason: reason, At: now,
		})
		if err != nil {
			return err
		}
		if err := s.LookTx(ctx, tx, now, c.was.Member); err != nil { // the gift may lead on
			return err
		}
	case c.Delta < 0:
		taken, err := ledger.TakeTx(ctx, tx, ledger.Taking{Key: c.key(), Member: c.was.Member, Currency: l.Currency, Amount: -c.Delta, Reason: reason, At: now})
		if err != nil {
			return err
		}
		c.Delta = -taken
	}
	return write(ctx, tx, now, c)
}

// write makes the change the member's newest version. Members hear of a new tier, not
// of a new term of the one they have.
func write(ctx context.Context, tx storage.Tx, now time.Time, c change) error {
	version := c.was.Version + 1
	var b storage.Batch
	b.ExecN(1, qTierSet, c.was.Member, c.Tier, now, storage.OrNull(c.Until), storage.OrNull(c.Due), version)
	b.Exec(qChangeAdd, c.was.Member, version, c.was.Tier, c.Tier, c.Reason, c.measured, c.Delta, c.currency, storage.OrNull(c.Until), c.Tier == c.was.Tier, now)
	return b.Send(ctx, tx)
}
