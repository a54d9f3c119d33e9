// Package tier keeps which tier of the programme each member has and since when. What
// moves a member's points or receipts leaves word here, in its own transaction; Step
// takes the words off, measures, and changes the tier together with what it gives or
// takes and with its history. The same word twice changes nothing: what is measured
// decides, and every posting is named after the version of the tier that it made.
//
// Locks are taken in one order: members by ascending id, then the ledger's. How a tier
// is decided is package ladder's.
package tier
