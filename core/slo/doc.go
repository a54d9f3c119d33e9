// Package slo measures what is promised about time: from the upload of a receipt
// to its verdict.
//
// The verdict is final: the tax service has confirmed or refused the receipt, or a
// named person has decided. A receipt that waits for a person has none yet, and one
// that nobody decides on counts as late as long as it waits. What comes after the
// verdict (the questionnaire, the points, a revocation) does not move it; what never
// became a receipt (another code, a duplicate) is answered at once and not counted.
//
// A verdict is kept with VerdictTx in its own transaction; Step counts it into a
// row a day, and notices when a promise is broken and when it is kept again.
package slo
