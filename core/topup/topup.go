package topup

import (
	"context"
	"fmt"
	"time"

	"besedka/core/expr"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/core/tier"
	"besedka/storage"
)

// EventGiven tells the member of a top-up: points, reason, total.
const EventGiven = "points.given"

// Service gives points.
type Service struct {
	Members *member.Service
	Terms   func(currency string) (Terms, bool) // of the programme in force; false for a currency it has not
	Tiers   *tier.Service                       // looks whether the points lead to another one
	Notify  func(ctx context.Context, tx storage.Tx, now time.Time, n Notice) error
}

// Terms are what the programme says of a currency.
type Terms struct {
	Scale   int
	Expires func(given time.Time) time.Time // zero = never
}

// Notice is the news of a top-up.
type Notice struct {
	Member int64
	Key    string
	Args   map[string]expr.Value
}

// Gift is points for one member.
type Gift struct {
	Key      string // unique among top-ups: the same key gives once
	Member   int64  // or whoever they were joined into
	Currency string
	Amount   int64 // minor units, above zero
	Reason   string
	Staff    int64 // who decided; 0 when it was the console of the machine
	At       time.Time
}

// GiveTx gives g, unless its key was given before. Whoever the member is by now gets
// it, and hears of it; the act is in the audit log.
func (s *Service) GiveTx(ctx context.Context, tx storage.Tx, g Gift) (given bool, err error) {
	if given, err = s.give(ctx, tx, g); err != nil {
		return false, fmt.Errorf("top up %s: %w", g.Key, err)
	}
	return given, nil
}

func (s *Service) give(ctx context.Context, tx storage.Tx, g Gift) (bool, error) {
	terms, ok := s.Terms(g.Currency)
	if !ok {
		return false, fmt.Errorf("the programme has no currency %s", g.Currency)
	}
	owner, err := s.Members.HoldTx(ctx, tx, g.Member)
	if err != nil {
		return false, err
	}
	fresh, err := ledger.GiveTx(ctx, tx, ledger.Accrual{
		Key: "topup/" + g.Key, Member: owner, Currency: g.Currency, Amount: g.Amount, ExpiresAt: terms.Expires(g.At), Reason: g.Reason, At: g.At,
	})
	if err != nil || !fresh {
		return false, err
	}
	if err := s.Tiers.LookTx(ctx, tx, g.At, owner); err != nil {
		return false, err
	}
	err = staff.AuditTx(ctx, tx, g.At, staff.Act{
		Staff: g.Staff, Act: "points.give", Object: fmt.Sprintf("member/%d", owner),
		Detail: map[string]any{"key": g.Key, "currency": g.Currency, "amount": g.Amount},
	})
	if err != nil {
		return false, err
	}
	return true, s.tell(ctx, tx, g, owner)
}

// tell speaks of bonuses alone: they are what chats count in.
func (s *Service) tell(ctx context.Context, tx storage.Tx, g Gift, owner int64) error {
	if g.Currency != ledger.Bonus {
		return nil
	}
	now, err := ledger.BalanceOf(ctx, tx, g.At, owner, g.Currency)
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, g.At, Notice{Member: owner, Key: "topup/" + g.Key, Args: map[string]expr.Value{
		"points": expr.PointsOf(g.Amount), "reason": expr.TextOf(g.Reason), "total": expr.PointsOf(now.Points),
	}})
}
