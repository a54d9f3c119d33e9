// Package ladder reads tiers.yaml, the tiers of a programme from low to high: by what
// they are measured, how long they last, and what reaching one gives or takes; and
// decides from that alone which tier a member has. Who has which stands in the
// database, see package tier.
//
// Problems: L665 a threshold, L666 a measure, L667 a change of the balance that cannot
// be, L669 a term; L121, L123, L124 and L125 as in package flows.
package ladder
