// Package gsm tells how many SMS a text is charged as: 3GPP TS 23.038 (the alphabets)
// and 23.040 (the parts of a long one).
package gsm
