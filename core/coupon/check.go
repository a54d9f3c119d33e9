package coupon

import (
	"context"
	"fmt"
	"slices"

	"besedka/storage"
)

// Report is what Check found. The coupons are right when Breaches is empty.
type Report struct {
	Pools         int64    `db:"pools" json:"pools"`
	Contributions int64    `db:"contributions" json:"contributions"`
	Coupons       int64    `db:"coupons" json:"coupons"`
	Live          int64    `db:"live" json:"live"`
	Forfeited     int64    `db:"forfeited" json:"forfeited"`
	Breaches      []Breach `db:"-" json:"breaches"`
}

// Breach is one number that is not what the rows beneath it say.
type Breach struct {
	Rule   string `db:"rule" json:"rule"`
	Object string `db:"object" json:"object"` // pool 5, coupon 7, campaign oz
	Got    int64  `db:"got" json:"got"`
	Want   int64  `db:"want" json:"want"`
}

// Rules that Check holds the coupons to.
const (
	RuleSum       = "pool_sum_is_its_receipts"
	RuleEntitled  = "pool_entitled_by_its_receipts" // counted anew by the terms, and live + forfeited
	RuleLive      = "pool_live_is_its_coupons"
	RuleForfeited = "pool_forfeited_is_its_receipts"
	RuleMember    = "coupon_follows_its_pool"
	RuleNumbers   = "coupon_numbers_without_gaps" // and as many as the counter says
	maxBreaches   = 100                           // named in one report, per rule
	checkChunk    = 200                           // pools read at a time, with what is known of all their receipts
)

// Check counts every pool anew from its contributions, by the terms they came under.
// All rules see one moment, whoever is at work meanwhile.
func (s Service) Check(ctx context.Context, db *storage.DB) (report Report, err error) {
	err = db.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		report, err = s.check(ctx, tx)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("check coupons: %w", err)
	}
	return report, nil
}

func (s Service) check(ctx context.Context, tx storage.Tx) (Report, error) {
	report, err := storage.One[Report](ctx, tx, qCheckCounts)
	if err != nil {
		return report, err
	}
	report.Breaches = []Breach{}
	for _, rule := range []struct{ name, sql string }{
		{RuleSum, qCheckSum},
		{RuleForfeited, qCheckForfeited},
		{RuleLive, qCheckLive},
		{RuleMember, qCheckMember},
		{RuleNumbers, qCheckNumbers},
	} {
		found, err := storage.Collect[Breach](ctx, tx, rule.sql, rule.name, maxBreaches)
		if err != nil {
			return report, fmt.Errorf("%s: %w", rule.name, err)
		}
		report.Breaches = append(report.Breaches, found...)
	}
	found, err := s.checkEntitled(ctx, tx)
	report.Breaches = append(report.Breaches, found...)
	return report, err
}

func (s Service) checkEntitled(ctx context.Context, tx storage.Tx) (found []Breach, err error) {
	for last := int64(0); ; {
		pools, err := storage.Collect[pool](ctx, tx, qPoolsAfter, last, checkChunk)
		if err != nil || len(pools) == 0 {
			return found, err
		}
		last = pools[len(pools)-1].ID
		if err := fill(ctx, tx, pools); err != nil {
			return found, err
		}
		all := make([]*pool, len(pools))
		for i := range pools {
			all[i] = &pools[i]
		}
		if err := s.count(ctx, tx, all...); err != nil {
			return found, err
		}
		for _, p := range all {
			if breach := p.misjudged(); breach != nil && len(found) < maxBreaches {
				found = append(found, *breach)
			}
		}
	}
}

// misjudged counts a pool anew, by the terms that were found; nil: it is right, or
// nobody can count it any more.
func (p *pool) misjudged() *Breach {
	if slices.ContainsFunc(p.Contributions, func(c contribution) bool { return c.terms.Forgotten }) {
		return nil
	}
	got := p.Live + p.Forfeited
	if p.recount(); p.Entitled == got {
		return nil
	}
	return &Breach{RuleEntitled, fmt.Sprintf("pool %d", p.ID), got, p.Entitled}
}
