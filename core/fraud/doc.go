// Package fraud weighs how a receipt came: counted facts in, a score with named
// reasons out. It bans nobody and refuses nothing: what looks dishonest is put
// before a person, the worst of it before it is credited.
package fraud
