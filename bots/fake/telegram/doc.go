// Package telegram is a Telegram that runs on loopback: the Bot API as it is
// on the wire, with people who write to the bot and faults on demand.
// Rehearsal and tests stand on it; nothing calls the bot in-process.
//
// It keeps the server's own rules: an update stays until a later offset
// confirms it, a second poller throws the first one out, lengths are counted
// in UTF-16, errors are worded as Telegram words them.
package telegram
