// Package prize gives prizes for points, and to winners: how much there is, codes,
// orders from the reservation to the hand-over, instant gifts. What the prizes are
// is prizes.yaml, see package showcase.
//
// Points and one piece of stock are held together from the reservation on, and
// spent when the prize leaves us: a code is shown, a thing is handed over or sent.
// Until then cancelling and expiry give both back as they were.
//
// Locks are taken in one order: the member (of a reservation), the order, the prize
// or the code, then those of the ledger.
package prize
