package main

import (
	"besedka/core/campaign"
	"besedka/core/coupon"
)

// couponService counts pools by the terms of the campaigns that add to them.
func couponService(campaigns *campaign.Service) coupon.Service {
	return coupon.Service{Terms: campaigns.CouponTerms}
}
