package spreadsheet

import (
	"strconv"
	"strings"
)

// What the Excel of a country with a decimal comma tells columns and letters by.
const (
	Comma = ';'
	Mark  = "\uFEFF" // of UTF-8
)

// Plain keeps spreadsheets from taking a text for a formula (OWASP, CSV injection): an
// apostrophe makes it text. A number is none.
func Plain(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] == '-' {
		return text
	}
	return "'" + text
}
