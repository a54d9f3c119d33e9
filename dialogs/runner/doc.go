// Package runner runs turns in transactions: claim what waits, load what the
// turns may know, let the engine decide, apply what it decided, commit.
//
// Light turns travel in groups of up to GroupSize conversations, two round
// trips a group. A turn that calls the core leaves its group and runs alone,
// its action inside its own transaction; so does every turn of a group that
// failed, so that one poisoned conversation harms nobody else.
package runner
