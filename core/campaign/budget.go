package campaign

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign/rules"
	"besedka/storage"
)

// Budget is how a budget of an active campaign stands, in the units of its limit.
type Budget struct {
	Campaign string `json:"-"`
	Limit    string `json:"limit"`
	What     string `json:"what"`
	Currency string `json:"currency,omitempty"`
	Window   string `json:"window,omitempty"` // 2026-05-03, 2026-W18, 2026-05; "" for the whole campaign
	Max      int64  `json:"max"`
	Used     int64  `json:"used"`
	Soft     int64  `json:"soft,omitempty"` // from so much on people want to know
	Near     bool   `json:"near"`           // it has come to that
}

// Budgets are those of the campaigns under which a purchase of now falls, each in the
// window of now.
func (s *Service) Budgets(ctx context.Context, q storage.Querier, now time.Time) ([]Budget, error) {
	versions, err := s.versionsAt(ctx, q, now)
	if err != nil {
		return nil, fmt.Errorf("budgets: %w", err)
	}
	set, _ := setOf(versions)
	budgets := set.Budgets(now)
	if len(budgets) == 0 {
		return nil, nil
	}
	wanted := tally{}
	for _, b := range budgets {
		wanted[owned{b.Counter, ""}] = 0
	}
	c := wanted.columns()
	rows, err := storage.Collect[counterRow](ctx, q, qUsed, c.campaigns, c.limits, c.kinds, c.subjects, c.periods)
	if err != nil {
		return nil, fmt.Errorf("budgets: %w", err)
	}
	used := map[rules.Counter]int64{}
	for _, r := range rows {
		used[r.key()] = r.Used
	}
	all := make([]Budget, len(budgets))
	for i, b := range budgets {
		u := used[b.Counter]
		all[i] = Budget{b.Counter.Campaign, b.Counter.Limit, b.What, b.Currency, b.Counter.Window, b.Max, u, b.Soft, b.Soft > 0 && u >= b.Soft}
	}
	return all, nil
}
