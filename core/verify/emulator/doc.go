// Package emulator is the tax service's open API and proverkacheka.com on their
// real wires, for the demonstration, for rehearsals and for tests: both SOAP
// services with their tokens, lifetimes and limits, the one call of
// proverkacheka.com with its codes and quota, a store of receipts which both
// know, faults that can be switched on for either, and a control API under
// /__emu/.
//
// It follows the FNS delivery of 2019-09-03 and what users of the two report. It
// shares no code with the clients in package verify: a mistake in one must not
// hide behind the same mistake in the other.
package emulator
