// Package studio is drafts and publications as the staff work on them, by the pages of
// the console and by programs alike: what publishing would do, and each act with its
// audit in one transaction.
package studio
