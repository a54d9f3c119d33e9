// Package members is the part of the console about members: finding one, their card with all
// that happened to them, and what the staff do at their wish. Names and phones are masked;
// showing them takes a reason, which stays in the audit log. It decides nothing: the rules
// are core's.
package members
