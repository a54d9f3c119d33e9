package graph

import (
	"strings"
	"unicode"
)

// printable replaces what no picture shows, and XML forbids.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}

// longest is how many characters of one line are shown.
const longest = 44

func shortened(text string) string {
	runes := []rune(printable(text))
	if len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return string(runes)
}

// Fonts differ from reader to reader: characters are taken for somewhat wider
// than most fonts make them, in hundredths of the size.
const (
	narrow   = 36
	ordinary = 62
	capital  = 76
	wide     = 98
	square   = 130 // pictures and ideographs
)

// width is how much room a line of that size takes.
func width(text string, size int) int {
	sum := 0
	for _, r := range text {
		sum += share(r)
	}
	return sum*size/100 + 1
}

func share(r rune) int {
	switch {
	case strings.ContainsRune("iljft.,:;'|!()[]·/ ", r):
		return narrow
	case strings.ContainsRune("mwMW@%шщжмюфыШЩЖМЮФЫ…→", r):
		return wide
	case r > 0x2e7f:
		return square
	case unicode.IsUpper(r):
		return capital
	}
	return ordinary
}

// wrapped breaks a text at its spaces into lines that are shown.
func wrapped(text string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(printable(text)) {
		if line != "" && len([]rune(line+" "+word)) > longest {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = shortened(lines[i])
	}
	return lines
}
