// Package review is the page where the staff decide what no service could: receipts,
// suspicions and the random sample, which look alike here so that nobody looks less
// closely; names of goods, addresses of shops, debts. It decides nothing itself: what
// follows from a verdict is of core/receipt, core/product and core/partner.
package review
