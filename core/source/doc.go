// Package source is the ground floor of everything that marketers write: YAML
// text whose every node knows its place, and Problems told to the person who
// can mend them. It knows no flow, no campaign and no file system.
//
// Scalars are typed from their source text by the reader that wants them, so
// да, on, yes, 012 and 1:30 never turn into something else. The codes it
// reports, beside those of its callers:
//
//	L101  the text is not YAML
//	L102  a key is written twice
//	L103  an unknown key
//	L104  a value of another type than the key wants, or none
//	L105  anchors, aliases, tags, several documents: parts of YAML we leave out
//	L106  a file too large, too deep or with too many values
//	L107  a key that must be there is missing
package source
