package qr

import (
	"bytes"
	"context"
)

// What a file may be besides a picture that Read opens, and why such a file gave no
// code.
const (
	HEIC      Trouble = "heic"      // an iPhone's own format
	Encrypted Trouble = "encrypted" // a PDF with a password
	EmptyPDF  Trouble = "pdf"       // a PDF without a receipt's code or requisites
)

// ReadFile finds the codes in whatever somebody sent: a picture, or a PDF of an
// electronic receipt, whose printed requisites do as well as its code. It ends with
// ctx; a PDF takes pdfTime at most. For earlier see Read.
func (r Reader) ReadFile(ctx context.Context, data []byte, earlier ...[]byte) Result {
	switch {
	case IsPDF(data):
		return r.readPDF(ctx, data)
	case isHEIC(data):
		return Result{Trouble: HEIC}
	}
	return r.Read(ctx, data, earlier...)
}

// pdfHead is how far from its beginning a PDF may begin: readers have always
// forgiven some rubbish before it.
const pdfHead = 1024

// IsPDF says whether a file is a PDF.
func IsPDF(data []byte) bool {
	return bytes.Contains(data[:min(len(data), pdfHead)], []byte("%PDF-"))
}

// brands begin the files of ISO/IEC 23008-12 that hold HEVC, and the general one
// that iPhones write beside it.
var brands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"}

// isHEIC knows a HEIC file. None is opened. The libraries that can: libheif as
// WebAssembly for Go runs without a limit of memory, pixels or time, looks for
// the system's own copy when the process starts and is under the LGPL; the one in
// pure Go cannot be had yet.
func isHEIC(data []byte) bool {
	if len(data) < 12 || string(data[4:8]) != "ftyp" {
		return false
	}
	for _, brand := range brands {
		if string(data[8:12]) == brand {
			return true
		}
	}
	return false
}
