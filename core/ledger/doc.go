// Package ledger keeps the points: double entry, where a member's points lie in
// lots that each expire on a day of their own. Every movement is a transaction
// whose postings sum to zero and whose key makes a replay harmless; postings are
// never changed, and every balance is a sum that Check recomputes.
//
// Points may be pending until a day. To spend them is two steps: a hold leaves them
// in their lots and takes them out of what is available, its commitment moves them.
//
// Members of a family share the account of its head: a member's points are found on
// the account of member.master_id, and every lot there says whose it is.
//
// Locks are taken in one order: members, accounts that are made, transaction keys in
// their order, accounts by ascending id, lots; a hold is changed only by who has locked
// its account. Whoever moves points of several accounts in one transaction hence moves
// all of them at once, as AccrueAllTx does. What else a transaction locks it locks
// before, but for the counters of coupons and the head of the staff's log, which come
// last. Whoever gives or holds under a member's number holds the member
// (member.HoldTx), and where their points lie is changed under a lock of the member's
// row that excludes it.
// Why points move is not known here: campaigns and prizes decide and call.
package ledger
