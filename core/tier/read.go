package tier

import (
	"context"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/core/tier/ladder"
	"besedka/storage"
)

// Was is a tier that a member had at some instant.
type Was struct {
	Tier string `db:"tier"`
}

// QueueAt asks for the tier of a member at an instant along with what else b asks; see Of.
func QueueAt(b *storage.Batch, member int64, at time.Time) *[]Was {
	return storage.Queue[Was](b, qAt, member, at)
}

// At is QueueAt by itself.
func At(ctx context.Context, q storage.Querier, member int64, at time.Time) ([]Was, error) {
	was, err := storage.Collect[Was](ctx, q, qAt, member, at)
	if err != nil {
		return nil, fmt.Errorf("tier of member %d at %v: %w", member, at, err)
	}
	return was, nil
}

// Of is the id of the tier that was had: base, the lowest one of the programme, before
// any change. Without a base there are no tiers, and it is "".
func Of(was []Was, base string) string {
	if base == "" || len(was) == 0 {
		return base
	}
	return was[0].Tier
}

// Standing is where a member stands in the ladder now.
type Standing struct {
	Ladder   *ladder.Ladder
	Tier     *ladder.Tier
	Until    time.Time // end of its term, exclusive; zero = none
	Next     *ladder.Tier
	Measured int64 // minor units of the currency; of Turnover kopecks
	Missing  int64 // to Next; 0 when what is measured is enough, and the look is due
}

// StandingOf is where a member stands; false for a programme without tiers.
func (s *Service) StandingOf(ctx context.Context, q storage.Querier, now time.Time, member int64) (Standing, bool, error) {
	l := s.ladder()
	if l == nil {
		return Standing{}, false, nil
	}
	st, err := s.standing(ctx, q, now, l, member)
	if err != nil {
		return st, false, fmt.Errorf("tier of member %d: %w", member, err)
	}
	return st, true, nil
}

func (s *Service) standing(ctx context.Context, q storage.Querier, now time.Time, l *ladder.Ladder, member int64) (st Standing, err error) {
	rows, err := held(ctx, q, l.Base(), []int64{member})
	if err != nil {
		return st, err
	}
	h := rows[0].held()
	st.Ladder = l
	if st.Tier = l.Tier(h.Tier); st.Tier == nil { // the tiers were just published without it
		st.Tier = l.Tiers[0]
	}
	st.Until, st.Next = h.Until, l.Next(st.Tier.ID)
	if l.By == ladder.Balance {
		var b ledger.Balance
		b, err = ledger.BalanceOf(ctx, q, now, member, l.Currency)
		st.Measured = b.Points
	} else {
		var sums map[int64]int64
		sums, err = sumsOf(ctx, q, now, l, s.Zone(), []int64{member})
		st.Measured = sums[member]
	}
	if st.Next != nil {
		st.Missing = max(0, st.Next.From-st.Measured)
	}
	return st, err
}

// Entry is one change in a member's history.
type Entry struct {
	Version  int           `db:"version" json:"version"`
	Before   string        `db:"before" json:"before"`
	Tier     string        `db:"tier" json:"tier"`
	Reason   ladder.Reason `db:"reason" json:"reason"`
	Measured int64         `db:"measured" json:"measured"`
	Delta    int64         `db:"delta" json:"delta,omitempty"` // minor units given, below zero taken
	Currency string        `db:"currency" json:"currency,omitempty"`
	Until    *time.Time    `db:"until" json:"until,omitempty"`
	At       time.Time     `db:"at" json:"at"`
}

// History is up to limit changes of a member's tier, newest first, behind the version
// before (0: from the newest).
func History(ctx context.Context, q storage.Querier, member, before int64, limit int) ([]Entry, error) {
	entries, err := storage.Collect[Entry](ctx, q, qHistory, member, before, limit)
	if err != nil {
		return nil, fmt.Errorf("tiers of member %d: %w", member, err)
	}
	return entries, nil
}
