// Package gateway runs the adapters: it receives and confirms, fetches media
// before the turn, and delivers the outbox. It is where adapters meet
// core/conversation; it knows no messenger.
//
// Adapters classify how a call failed; what follows is decided here.
package gateway
