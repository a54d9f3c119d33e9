// Package book reads partners.yaml, the partners of a programme with their stores,
// and tells in which of them a receipt was made, and why. The same book and
// receipt always give the same answer, to the byte, in whatever order the file has
// its stores.
//
// The most telling decides: the till, what a person has decided of that address,
// the address, the name over the counter, and last that the taxpayer has one store
// only. What cannot be told is asked of a person; keeping the answers and learning
// from them is package partner.
//
// Problems: L640 an INN, L641 a till, L642 a till in two stores, L643 an address of
// two stores, L644 an address of nothing, L645 a time zone, L646 a partner or store
// that no receipt can be of, L647 a day; L123 and L125 as in package flows.
package book
