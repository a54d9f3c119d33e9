// Package bots says what a messenger adapter is: the Adapter contract, what it
// receives, and the closed set of ways in which sending can fail. An adapter
// lives in a package of its own below, sees this package and core/chat and
// nothing else of the house; package gateway runs adapters.
package bots
