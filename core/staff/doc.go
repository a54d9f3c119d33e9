// Package staff knows the named people who run the programme: their roles and
// what each role may do, their tokens, the audit log of what they did, and the
// answers their programs were given, so that a request sent twice is done once.
package staff
