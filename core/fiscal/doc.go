// Package fiscal knows Russian fiscal receipts: the text of their QR code, the
// JSON of their contents in the shapes in which it is met, and whether the two
// tell of the same purchase.
//
// It is pure: no network, no clock, no database. Reading photos is core/qr,
// asking the tax service is core/verify.
package fiscal
