package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	budgetMax  = prometheus.NewDesc("besedka_campaign_budget_max", "What a campaign may give to all together in the window of now, in the units of its limit.", []string{"campaign", "limit"}, nil)
	budgetUsed = prometheus.NewDesc("besedka_campaign_budget_used", "What of it is given.", []string{"campaign", "limit"}, nil)
	budgetNear = prometheus.NewDesc("besedka_campaign_budget_near", "Whether so much of it is given that people want to know, by the limit's soft.", []string{"campaign", "limit"}, nil)
)

// budgets are how the budgets of the campaigns that take purchases now stand.
func (b backlog) budgets(ctx context.Context, gauge func(d *prometheus.Desc, n int64, labels ...string)) error {
	all, err := b.campaigns.Budgets(ctx, b.db, b.now())
	for _, one := range all {
		gauge(budgetMax, one.Max, one.Campaign, one.Limit)
		gauge(budgetUsed, one.Used, one.Campaign, one.Limit)
		if one.Soft == 0 {
			continue
		}
		var near int64
		if one.Near {
			near = 1
		}
		gauge(budgetNear, near, one.Campaign, one.Limit)
	}
	return err
}
