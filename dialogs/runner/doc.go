// Package runner runs turns in transactions: claim what waits, load what the
// turns may know, let the engine decide, apply what it decided, commit.
//
// Turns travel in groups of up to GroupSize conversations: two round trips a
// group, and one more when some of its turns call the core. A turn whose call may
// have to wait for others (actions.Action) leaves its group and runs alone, its
// action inside its own transaction. Every turn of a group that failed runs alone,
// so that one poisoned conversation harms nobody else.
package runner
