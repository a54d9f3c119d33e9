// Package webchat is our own page as a messenger. Its wire is the database:
// a message is on the page as soon as its outbox row is marked sent, and a
// file is uploaded and sealed before the gateway asks for it.
package webchat
