// Package sms is SMSC.ru on loopback: the part of its HTTP API that we use, the phones
// behind it, and ways to misbehave.
package sms
