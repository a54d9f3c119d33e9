// Package viber speaks for a bot of Viber by its REST API,
// developers.viber.com/docs/api/rest-bot-api: messages go out one by one and nothing
// makes a repetition harmless; events come to our webhook, signed with the token.
//
// Who opens the chat has not let us write yet, and Viber wants what they see first in
// the very answer to that event. So it is no message of the programme: it says what
// this is and has one key, whose press is the person's first word and brings back the
// payload of the link by which they came. Until then the programme does not know of
// them.
//
// A contact card does not say whose it is, not even after the key that shares the
// phone: so there is no such key, people write their number as in VK.
package viber
