// Package family joins members into families, whose points lie together on the account
// of the head: by an invitation that one gives and the other agrees to. Who leaves
// takes their own points, or none, as the programme says; without its head there is no
// family, and everybody takes their own.
//
// A family is the members whose member.master_id is its head. Locks are taken in one
// order: the invitation, members by ascending id, then the ledger's.
package family
