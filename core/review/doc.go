// Package review keeps what waits for a person: a receipt that no service could
// decide, a line of goods that the matcher is unsure of, a shop that no partner is
// known to have, a suspicion, a receipt of the random sample. A task is opened, may
// be taken for a while, and is decided once, by somebody with a name, for a cause.
//
// What a verdict changes is known to those who open the tasks.
package review
