// Package chat holds the words that the engine, the core and every messenger
// share: what a person did, what the bot says, what a channel can show, and
// the pure step from one to the other (Degrade). It knows no messenger's wire.
package chat
