package bots

import "context"

// Typist is an Adapter whose messenger can show a person that the bot is at work. It
// shows it for some five seconds, and no longer than until the next message.
type Typist interface {
	Adapter
	// Typing shows it once. It is no message and waits for none: the pace of messages
	// is not its concern.
	Typing(ctx context.Context, peer string) error
}
