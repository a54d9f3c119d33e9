// Package service asks services of others what scripts want of them. A request
// is written down in the transaction of the turn that makes it, asked outside any
// transaction, again and again under one Idempotency-Key until its time is up, and
// its answer goes through the one door: at least once over the wire, exactly once
// to the conversation. What is asked and understood is package contract.
package service
