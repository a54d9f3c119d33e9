// Package verify asks whether a receipt is real and what is in it: the client of
// the tax service's open API (SOAP 1.1) and that of proverkacheka.com, one taxonomy
// for everything that may come back from either, the schedule of asking again, the
// circuit breaker and the quota of a day.
//
// It stores nothing: the life of a receipt is core/receipt's, which calls the
// clients from its own table and keeps Breaker and Quota there too. The SOAP wire
// follows the FNS delivery of 2019-09-03 (WSDL and XSD v0.1), the other one what
// its public clients speak; package emulator is the other end of both.
package verify
