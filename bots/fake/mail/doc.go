// Package mail is a mail server on loopback, the boxes behind it, and ways to misbehave.
package mail
