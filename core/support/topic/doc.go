// Package topic keeps how conversations stand in the staff's group in Telegram, a topic
// each: what of a conversation is posted there and in which message, which messages of the
// staff were taken, and how much the group takes in a minute. Who has a conversation, and
// what is said in it, is core/conversation's; the wire is bots/staffgroup's.
package topic
