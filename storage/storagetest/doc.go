// Package storagetest gives tests real databases: clones of a migrated
// template in one throw-away server that all test processes of a user share.
// The first test that needs it starts it, the last one stops it.
package storagetest
