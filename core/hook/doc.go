// Package hook tells other systems, a help desk above all, what happens in conversations.
// An event is written in the transaction of the act itself, by ids alone, for every
// endpoint that wants it; package courier brings it there, in the order of each
// conversation, at least once, signed as Standard Webhooks has it.
package hook
