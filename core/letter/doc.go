// Package letter keeps what is written to members past their chats: SMS and e-mail. A
// letter is queued in the transaction of what it tells of, and leaves in a loop outside
// of any; address and words are sealed under the key of its subject. Who carries it, and
// how an attempt is judged, is the business of bots/gateway.
package letter
