// Package viber is Viber on loopback, as a bot sees it: the REST API and callbacks as
// they are on the wire, with people who write to the bot and faults on demand.
//
// It keeps Viber's own rules: a webhook is tried before it is set, errors come with
// HTTP status 200, nobody is written to who has not written first or has left, what
// somebody sees who opens the chat is the answer to that event, keyboards and texts
// have their limits, keys flow into six columns. Pictures it fetches, without showing
// any token; it looks at them before it answers, so that a test hears of what is wrong.
package viber
