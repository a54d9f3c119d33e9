// Package receiver is a help desk on loopback: it takes webhooks as a real one does, checks
// every signature, keeps each event once, and can misbehave.
package receiver
