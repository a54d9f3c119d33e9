// Package rehearsal drives the whole system from outside, over HTTP: it holds
// the virtual clock, steps through the loops that serve runs in goroutines,
// and lets people act on the wires of the fake messengers.
//
// It decides nothing about the programme and has no way into it that a real
// messenger, browser or tax service would not have.
package rehearsal
