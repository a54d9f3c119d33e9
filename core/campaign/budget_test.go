package campaign_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
)

const budgeted = `campaign: b
name: x
period: { from: 2026-05-01 }
reward: { fixed: 10, ttl: P6M }
limits:
  - { what: accrual, max: 25, of: campaign, soft: 75 }
  - { what: uses, max: 2, per: day, of: campaign }
  - { what: accrual, max: 1000 }
`

// TestBudgets: a budget of 25.00 is near from 18.75 on, which the second award of 10.00
// reaches; of a day only what was given that day counts, and a limit of each is none.
func TestBudgets(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(1, "UTC", campaign.Source{ID: "b", File: "campaigns/b.yaml", Text: []byte(budgeted)})
	total := func(used int64, near bool) campaign.Budget {
		return campaign.Budget{Campaign: "b", Limit: "accrual.campaign.campaign", What: "accrual", Currency: "bonus", Max: 2500, Soft: 1875, Used: used, Near: near}
	}
	today := func(used int64) campaign.Budget {
		return campaign.Budget{Campaign: "b", Limit: "uses.day.campaign", What: "uses", Window: "2026-05-04", Max: 2, Used: used}
	}
	for _, step := range []struct {
		buy  int // the day of the purchase, 0 for none
		want []campaign.Budget
	}{
		{0, []campaign.Budget{total(0, false), today(0)}},
		{3, []campaign.Budget{total(1000, false), today(0)}},
		{4, []campaign.Budget{total(2000, true), today(1)}},
		{4, []campaign.Budget{total(2500, true), today(2)}}, // 5.00 of the ten
	} {
		if step.buy > 0 {
			h.buy(step.buy)
		}
		got, err := h.service.Budgets(t.Context(), h.tx, at(4))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("after a purchase of the %dth (-want +got):\n%s", step.buy, diff)
		}
	}
}
