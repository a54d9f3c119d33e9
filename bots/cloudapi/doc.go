// Package cloudapi speaks WhatsApp by Meta's Cloud API, as one business number.
// It receives by webhook only. The client is ours: of the Graph API three calls
// are needed, and what they fail with decides what becomes of a message.
//
// A person is known by the id that Meta gives them for our business (BSUID) and
// by their phone where it is told; neither is theirs for ever.
//
// The token stands in a header, never in an address, an error or the log.
package cloudapi
