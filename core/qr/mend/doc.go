// Package mend reads the fiscal QR codes that no general reader can: those whose
// damage is more than Reed-Solomon repairs byte by byte. It knows more of them than
// that: where the code stands, that its text is t=..&s=..&fn=..&i=..&fp=..&n=., that
// all else in it is digits, and how sure it is of every module. The likeliest text
// whose check bytes agree with the picture is taken, and only when they agree so well
// that chance is out of the question.
//
// Modules lays the same grid over codes of any size for whoever reads them otherwise.
//
// The layout of a code is that of ISO/IEC 18004:2015. Pure.
package mend
