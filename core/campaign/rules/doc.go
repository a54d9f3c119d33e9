// Package rules reads a campaign's file and decides, exactly and always the
// same way, what a receipt brings under it and why. It is given the receipt
// and the time; choosing the version of a campaign and crediting are done
// elsewhere.
//
// Problems: L601 the id, L602 the period, L603 the percentage, L604 the time
// to live.
package rules
