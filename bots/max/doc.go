// Package max speaks the Bot API of the messenger MAX, dev.max.ru/docs-api, as
// its schema of July 2026 words it. MAX does not remember what a bot has read: the
// marker of the last poll is kept with what it brought.
//
// The token travels in a header of its own, never in an address.
package max
