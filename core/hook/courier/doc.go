// Package courier brings events to webhooks: one of a conversation at a time, in order,
// outside of any transaction, again and again until the endpoint takes it, signed as
// Standard Webhooks 1.0.0 has it.
package courier
