// Package draft keeps what the staff are writing: a release with some of its files
// otherwise. A draft belongs to a person; others may write in it too. Every file is
// saved over the text that its writer has seen, and over no other, so that of two who
// write nobody's words are lost.
package draft
