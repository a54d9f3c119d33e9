package catalogue

import (
	"regexp"

	"besedka/core/fiscal"
)

// eanFirst is a number that some chains put before the name.
var eanFirst = regexp.MustCompile(`^[*!\s]*(\d{8}|\d{12,14})(?:\s+|$)`)

// leadingEAN takes a bar code from the beginning of a name. Digits whose check
// digit is wrong are the till's own number and stay.
func leadingEAN(name string) (ean, rest string) {
	m := eanFirst.FindStringSubmatch(name)
	if m == nil {
		return "", name
	}
	if ean = fiscal.GTIN(m[1]); ean == "" {
		return "", name
	}
	return ean, name[len(m[0]):]
}
