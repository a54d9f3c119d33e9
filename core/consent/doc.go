// Package consent keeps what members agreed to and took back: which document, in which
// version, through which channel and when; rows of that are only ever added. And it keeps
// by which media they want to be written to unasked.
//
// Who is asked for what, and in which words, is the programme's business.
package consent
