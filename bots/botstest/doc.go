// Package botstest is what every adapter has to hold to, in the manner of
// testing/slogtest: an adapter's test opens a Rig, its messenger's fake, and
// this package makes the fake misbehave. What a Rig leaves out is skipped.
package botstest
