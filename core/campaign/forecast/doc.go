// Package forecast runs a draft of a campaign and the version that is in force over
// receipts of the past and tells what each would have cost, when their budgets would
// have ended, and who would have gained and lost. Both decide by the production rules,
// beside the same other campaigns; what they use up is counted in memory, from nothing.
//
// Receipts come in the order of purchase, from wherever; memory grows with the members
// and the days, not with the receipts.
package forecast
