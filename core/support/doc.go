// Package support is what people who hold conversations leave each other beside them:
// private notes. Who has a conversation, and what is said in it, is core/conversation's.
// Nothing of this is ever sent to a shopper.
package support
