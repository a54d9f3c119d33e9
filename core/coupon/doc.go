// Package coupon gives out the numbered coupons of draws. Receipts add up in pools,
// one for each member, pool of a campaign and window of time; what a pool is entitled
// to is told by its campaign's terms, and live + forfeited = entitled after every
// receipt, refund, revocation and joining of members. Numbers are consecutive in a
// campaign, and none is given twice.
//
// Locks are taken in one order: receipt and member, which the caller holds; pools; the
// ledger's. The counter of a campaign comes last of all, as everybody whom the campaign
// owes a number waits for it: add receipts when all else is done, those of several
// campaigns by the campaigns' ids.
package coupon
