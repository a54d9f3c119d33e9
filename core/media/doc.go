// Package media keeps the files people send, sealed under their subject's key.
// What is in a picture is the business of core/qr.
package media
