// Package inbox is the page where the staff answer shoppers: the lists of conversations
// that people have, one of them with what was said, and what is known of the shopper
// beside it. It decides nothing: who has a conversation is core/conversation's.
package inbox
