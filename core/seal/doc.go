// Package seal keeps what people say and are unreadable without the master
// key: a key per subject, wrapped by a master key that lives outside the
// database, and blind indexes that find a value without storing it.
//
// Nothing here knows whose key it is; rows and their rules live with their
// nouns.
package seal
