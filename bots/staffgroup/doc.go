// Package staffgroup lets the staff answer shoppers in a Telegram supergroup, a topic for
// each conversation that people have. Its bot is another one than shoppers write to. It
// decides nothing: who has a conversation is core/conversation's, who is one of the staff
// core/staff's, and what stands in the group is kept by core/support/topic, so that a
// process that is killed loses nothing and posts twice at most what was on its way.
package staffgroup
