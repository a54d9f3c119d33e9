// Package runner runs turns in transactions: claim what waits, load what the
// turns may know, let the engine decide, apply what it decided, commit.
//
// Light turns travel in groups of up to GroupSize conversations, two round
// trips a group. A turn that calls the core leaves its group. It runs alone, its
// action inside its own transaction, or, when its call waits for nobody
// (actions.Action), one after the other with up to CallGroup such turns. Every
// turn of a group that failed runs alone, so that one poisoned conversation harms
// nobody else.
package runner
