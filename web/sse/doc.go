// Package sse writes server-sent events (HTML standard, section 9.2) and bounds
// how many streams are open at once.
package sse
