// Package survey keeps what members answer to surveys: one response a member and
// survey across their chats, its reward granted once, links that let it be given
// on the web, and what comes of all responses together. The questions themselves
// are a script, see package flows.
package survey
