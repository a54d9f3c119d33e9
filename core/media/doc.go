// Package media keeps the files people send, sealed under their subject's key,
// and draws their pictures anew for the pages of the staff.
// What is in a picture is the business of core/qr.
package media
