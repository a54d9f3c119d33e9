// Package verify asks the tax service whether a receipt is real and what is in
// it: the client of the FNS open API (SOAP 1.1), one taxonomy for everything
// that may come back, the schedule of asking again and the circuit breaker.
//
// It stores nothing: the life of a receipt is core/receipt's, which calls Send
// and Poll from its own table and keeps the Breaker there too. The wire follows
// the FNS delivery of 2019-09-03 (WSDL and XSD v0.1); package emulator is its
// other end.
package verify
