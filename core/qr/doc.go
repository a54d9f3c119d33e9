// Package qr reads the QR codes in strangers' pictures: it opens the bytes within
// named limits, tries a row of cheap to dear passes over the picture and stops at
// the first fiscal code or when its time is over. Where a code was seen and could not
// be read it looks closer, and mends a receipt's; what it saw of it helps to read the
// next picture of the same receipt. When nothing is read it says why.
// Package zxing is the engine of most passes; without it those in Go remain.
package qr
