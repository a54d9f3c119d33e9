// Package consent keeps by which media members want to be written to unasked, and what members agreed to and took back: which document,
// in which version, through which channel and when. Rows are only ever added.
//
// Who is asked for what, and in which words, is the programme's business.
package consent
