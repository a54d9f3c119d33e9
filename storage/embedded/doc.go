// Package embedded runs a private PostgreSQL in one folder, for installations
// that have no database server of their own and for tests. There is no TCP
// port: the server listens on a socket in that folder only. Several processes
// may share it: the first starts it, the last one out stops it.
//
// It knows nothing about the schema; PostgreSQL's binaries come from the
// machine.
package embedded
