package gsm

import (
	"strings"
	"unicode/utf16"
)

// What one message holds: septets of the default alphabet or UTF-16 units, alone and as
// a part of several, where a header of 6 octets says which part it is.
const (
	Alone     = 160
	Part      = 153
	AloneUCS2 = 70
	PartUCS2  = 67
)

// The default alphabet of 23.038, 6.2.1, and its extension, of which a sign takes two
// septets.
const (
	alphabet  = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|€"
)

// Parts is how many SMS a text is; 0 for none. One sign outside of the default alphabet,
// a Cyrillic letter for example, makes the whole text UCS-2.
func Parts(text string) int {
	units, plain := 0, true
	for _, r := range text {
		switch {
		case strings.ContainsRune(alphabet, r):
			units++
		case strings.ContainsRune(extension, r):
			units += 2
		default:
			plain = false
		}
	}
	if !plain {
		return parts(len(utf16.Encode([]rune(text))), AloneUCS2, PartUCS2)
	}
	return parts(units, Alone, Part)
}

func parts(units, alone, part int) int {
	if units <= alone {
		return min(units, 1)
	}
	return (units + part - 1) / part
}
