// Package campaign keeps the versions of campaigns and applies them: which
// version a purchase falls under, what a receipt earns by each, and why; what of it stands
// when goods of it come back.
//
// The terms themselves and their arithmetic are those of package rules; points
// move in package ledger.
//
// Crediting and revoking lock in one order, each kind by the names or the ascending ids
// of its rows: receipts and their members (skipped where somebody has them), the members'
// figures, pools of coupons, counters, orders and prizes, the ledger, and last the
// numbers of coupons. Who does several receipts in one transaction takes each kind for
// all of them before the next.
package campaign
