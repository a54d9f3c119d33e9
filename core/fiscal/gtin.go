package fiscal

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// gtin finds the product number of a line, in 14 digits, whichever of the
// document formats wrote it; "" when there is none with a right check digit.
func (w wireLine) gtin() string {
	if g := GTIN(string(w.GTIN)); g != "" {
		return g
	}
	var codes map[string]json.RawMessage
	if json.Unmarshal(w.Codes, &codes) != nil {
		codes = nil
	}
	for _, kind := range slices.Sorted(maps.Keys(codes)) { // ean13 before gs1m: the same product
		if g := gtinOf(codes[kind]); g != "" {
			return g
		}
	}
	if g := gtinOf(w.CodeData); g != "" {
		return g
	}
	return markGTIN(w.Code)
}

// gtinOf reads {"gtin": "0460..." or a number}.
func gtinOf(text json.RawMessage) string {
	var code struct {
		GTIN label `json:"gtin"`
	}
	if json.Unmarshal(text, &code) != nil {
		return ""
	}
	return GTIN(string(code.GTIN))
}

// markGTIN reads tag 1162 of format 1.05 in base64: two bytes that tell the kind
// of mark (0x444D for a DataMatrix), then the GTIN as a six-byte number.
func markGTIN(text json.RawMessage) string {
	var raw []byte
	if json.Unmarshal(text, &raw) != nil || len(raw) < 8 || raw[0] != 0x44 || raw[1] != 0x4D {
		return ""
	}
	number := binary.BigEndian.Uint64(raw[:8]) & (1<<48 - 1)
	return GTIN(fmt.Sprintf("%014d", number))
}

// GTIN pads an EAN-8, UPC, EAN-13 or GTIN-14 to 14 digits; it is "" when
// the check digit (GS1 General Specifications, modulo 10) is wrong.
func GTIN(s string) string {
	if !digits(s, 8, 14) {
		return ""
	}
	s = strings.Repeat("0", 14-len(s)) + s
	sum := 0
	for i := range 14 {
		weight := 3 - 2*(i%2) // 3 1 3 1 ... from the left; the check digit itself weighs 1
		sum += weight * int(s[i]-'0')
	}
	if sum%10 != 0 || strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}
