// Package partner finds in which store of the partners a verified receipt was made
// and keeps what was found, with the reasons. A shop that cannot be told is asked of
// a person, once for an address of a taxpayer: the answer settles every receipt with
// that address, those that wait and those that come.
//
// How a receipt is matched is decided in package book.
package partner
