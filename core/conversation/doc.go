// Package conversation keeps the one door into every conversation and the one
// way out: inbox rows that wake it, outbox rows that leave it, timers, lanes
// and the web chat's stored transcript. It seals everything it writes and
// decides nothing about what is said; turns are the business of
// dialogs/runner.
package conversation
