// Package coupon gives out the numbered coupons of draws. Receipts add up in pools,
// one for each member, pool of a campaign and window of time; what a pool is entitled
// to is told by its campaign's terms, and live + forfeited = entitled after every
// receipt, refund, revocation and joining of members. Numbers are consecutive in a
// campaign, and none is given twice.
//
// Locks are taken in one order: receipt and member, which the caller holds; the
// ledger's; pools by ascending id; the counter of the campaign last, as a whole
// campaign waits for it. So coupons are the last thing to do in a transaction, and
// those of several campaigns go by the campaigns' ids.
package coupon
