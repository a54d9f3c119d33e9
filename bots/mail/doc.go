// Package mail sends e-mail by SMTP. Encryption is required, except to a server on this
// machine; the Message-ID comes of the letter's key, so that one sent twice after a lost
// answer is known to be the same.
package mail
