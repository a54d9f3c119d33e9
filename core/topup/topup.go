package topup

import (
	"context"
	"fmt"
	"maps"
	"slices"
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

// GiveTx gives g, unless its key was given before.
func (s *Service) GiveTx(ctx context.Context, tx storage.Tx, g Gift) (given bool, err error) {
	all, err := s.GiveAllTx(ctx, tx, []Gift{g})
	return err == nil && all[0], err
}

// GiveAllTx gives those of gifts whose keys were not given before, and says which.
// Whoever their members are by now get them, and hear of it; the acts are in the audit
// log. Locks are taken in one order: members by ascending id, the ledger, and last the
// head of the log, at which all other acts of staff wait.
func (s *Service) GiveAllTx(ctx context.Context, tx storage.Tx, gifts []Gift) (given []bool, err error) {
	if given, err = s.giveAll(ctx, tx, slices.Clone(gifts)); err != nil {
		return given, fmt.Errorf("top up %s and what comes with it: %w", gifts[0].Key, err)
	}
	return given, nil
}

func (s *Service) giveAll(ctx context.Context, tx storage.Tx, gifts []Gift) ([]bool, error) {
	if err := s.hold(ctx, tx, gifts); err != nil {
		return nil, err
	}
	accruals := make([]ledger.Accrual, len(gifts))
	for i, g := range gifts {
		terms, ok := s.Terms(g.Currency)
		if !ok {
			return nil, fmt.Errorf("the programme has no currency %s", g.Currency)
		}
		accruals[i] = ledger.Accrual{
			Key: "topup/" + g.Key, Member: g.Member, Currency: g.Currency, Amount: g.Amount, ExpiresAt: terms.Expires(g.At), Reason: g.Reason, At: g.At,
		}
	}
	given, err := ledger.AccrueAllTx(ctx, tx, accruals)
	if err != nil {
		return nil, err
	}
	for _, note := range []func(context.Context, storage.Tx, Gift) error{s.tell, s.look, audit} {
		for i, g := range gifts {
			if !given[i] {
				continue
			}
			if err := note(ctx, tx, g); err != nil {
				return nil, err
			}
		}
	}
	return given, nil
}

// hold keeps the members of gifts as they are and names them as they are by now.
func (s *Service) hold(ctx context.Context, tx storage.Tx, gifts []Gift) error {
	owners := map[int64]int64{}
	for _, g := range gifts {
		owners[g.Member] = 0
	}
	for _, member := range slices.Sorted(maps.Keys(owners)) {
		owner, err := s.Members.HoldTx(ctx, tx, member)
		if err != nil {
			return err
		}
		owners[member] = owner
	}
	for i := range gifts {
		gifts[i].Member = owners[gifts[i].Member]
	}
	return nil
}

func (s *Service) look(ctx context.Context, tx storage.Tx, g Gift) error {
	return s.Tiers.LookTx(ctx, tx, g.At, g.Member)
}

func audit(ctx context.Context, tx storage.Tx, g Gift) error {
	return staff.AuditTx(ctx, tx, g.At, staff.Act{
		Staff: g.Staff, Act: "points.give", Object: fmt.Sprintf("member/%d", g.Member),
		Detail: map[string]any{"key": g.Key, "currency": g.Currency, "amount": g.Amount},
	})
}

// tell speaks of bonuses alone: they are what chats count in.
func (s *Service) tell(ctx context.Context, tx storage.Tx, g Gift) error {
	if g.Currency != ledger.Bonus {
		return nil
	}
	now, err := ledger.BalanceOf(ctx, tx, g.At, g.Member, g.Currency)
	if err != nil {
		return err
	}
	return s.Notify(ctx, tx, g.At, Notice{Member: g.Member, Key: "topup/" + g.Key, Args: map[string]expr.Value{
		"points": expr.PointsOf(g.Amount), "reason": expr.TextOf(g.Reason), "total": expr.PointsOf(now.Points),
	}})
}
