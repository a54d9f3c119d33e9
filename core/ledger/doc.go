// Package ledger keeps the points: double entry, where a member's points lie in
// lots that each expire on a day of their own. Every movement is a transaction
// whose postings sum to zero and whose key makes a replay harmless; postings are
// never changed, and every balance is a sum that Check recomputes.
//
// Locks are taken in one order: transaction key, accounts by ascending id, lots.
// Why points move is not known here: campaigns and prizes decide and call.
package ledger
