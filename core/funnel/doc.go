// Package funnel counts how far members come in a flow: each stage that a step
// marks keeps a member once, the first time.
package funnel
