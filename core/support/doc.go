// Package support is how people work through the conversations they have: the lists of
// those who wait, and the private notes they leave each other. Who has a conversation, and what is said in it, is core/conversation's.
// Nothing of this is ever sent to a shopper.
package support
