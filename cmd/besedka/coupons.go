package main

import (
	"context"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/storage"
)

// couponService counts pools by the terms of the campaigns that add to them.
func couponService(campaigns *campaign.Service) coupon.Service {
	return coupon.Service{Terms: campaigns.CouponTerms}
}

// checkCoupons looks for breaches in the books of coupons.
func (a *app) checkCoupons(ctx context.Context, db *storage.DB) ([]ledger.Breach, error) {
	report, err := a.coupons.Check(ctx, db)
	if err != nil {
		return nil, err
	}
	found := make([]ledger.Breach, len(report.Breaches))
	for i, b := range report.Breaches {
		found[i] = ledger.Breach(b)
	}
	return found, nil
}
