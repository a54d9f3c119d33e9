// Package campaign keeps the versions of campaigns and applies them: which
// version a purchase falls under, what a receipt earns by each, and why; what of it stands
// when goods of it come back.
//
// The terms themselves and their arithmetic are those of package rules; points
// move in package ledger.
package campaign
