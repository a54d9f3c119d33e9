// Package max is the messenger MAX on loopback: its Bot API as it is on the wire,
// with people who write to the bot and faults on demand.
//
// It keeps MAX's own rules: a bot that polls without a marker gets the last update
// and no other, a marker confirms what lies before it, no poll is answered while
// there is a subscription, a picture may need a while before it can be sent, errors
// are worded as MAX words them.
package max
