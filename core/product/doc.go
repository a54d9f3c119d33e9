// Package product finds the goods of the catalogue in verified receipts and keeps
// what was found, line by line, with the reasons. What may be a product and may be
// not is asked of a person, once for a name in a chain: the answer settles every
// receipt with that name, those that wait and those that come.
//
// How a line is recognised is decided in package catalogue.
package product
