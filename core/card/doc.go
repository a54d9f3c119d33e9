// Package card keeps members' cards: a number that is shown at a till, and a status
// that says what its member may do. A member without a card may do everything.
//
// Locks are taken in one order: the card's member, the card, then the ledger's. Who
// earns or spends holds the member, see member.HoldTx, so that a status does not change
// under them.
package card
