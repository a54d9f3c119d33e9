// Package cloudapi is a WhatsApp that runs on loopback: the Graph API of one
// business number as it is on the wire, with people who write to it and faults
// on demand. Rehearsal and tests stand on it; nothing calls the bot in-process.
//
// It keeps Meta's own rules: news are posted signed, many in one body, until they
// are taken; a message is refused outside the 24 hours after the person's last
// word, unless it is a template that is approved; what becomes of a message is told
// later, in no order; a person's number may be hidden behind the id that Meta gives
// them (BSUID).
package cloudapi
