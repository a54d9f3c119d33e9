// Package showcase reads prizes.yaml, what an organiser gives for points and to
// winners: words, pictures, prices, whom it is for and how it is handed over. How
// much of it there is stands in the database, see package prize.
//
// Problems: L650 a price, L651 a way to hand over, L652 a period, L653 a limit,
// L654 a value that needs documents, L655 words that a language misses; L121,
// L123, L124 and L125 as in package flows.
package showcase
