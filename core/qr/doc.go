// Package qr reads the QR codes in strangers' pictures: it opens the bytes within
// named limits, tries a row of cheap to dear passes over the picture and stops at
// the first fiscal code or when its time is over. Pure Go, no state.
package qr
