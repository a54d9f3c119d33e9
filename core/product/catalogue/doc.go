// Package catalogue reads catalogue.yaml, what an organiser wants found in
// receipts, and finds it: which product a line of a receipt is, how surely, and
// why. The same catalogue and line always give the same answer, to the byte.
//
// A line is decided by its GTIN, else by what a person has decided of that name
// in that chain, else by its words: brand, kind, measure. What is surely the
// product is accepted, what may be it goes to a person, the rest is something
// else. Storing the answers and learning from people is package product.
//
// Problems: L170 a GTIN, L171 a pack or a fat content, L172 a product that
// cannot be told from others; L121, L123, L124 and L125 as in package flows.
package catalogue
