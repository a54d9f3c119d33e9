// Package emulator is the tax service's open API on the real wire, for the
// demonstration, for rehearsals and for tests: both SOAP services with their
// tokens, lifetimes and limits, a store of receipts, faults that can be switched
// on, and a control API under /__emu/.
//
// It follows the FNS delivery of 2019-09-03 and the faults that users of the
// service report. It shares no code with the client in package verify: a mistake
// in one must not hide behind the same mistake in the other.
package emulator
