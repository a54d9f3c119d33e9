package dialogs

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/expr"
)

const (
	maxPlace = 200 // characters of a place in words
	minPlace = 3   // letters of it
)

// place takes a point of the map, or its degrees as they are written, and spells
// them "55.75, 37.6"; else an address in words, for messengers have no maps on a
// desk.
func (t *turn) place(in *chat.Inbound, text string) (reason string) {
	if in.Location != nil {
		text = in.Location.Lat + "," + in.Location.Lon
	}
	if lat, lon, ok := degrees(text); ok {
		t.answer = expr.TextOf(lat + ", " + lon)
		return ""
	}
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	switch {
	case letters < minPlace || t.words(in, text, maxPlace) == "not_text":
		return "not_a_location"
	case utf8.RuneCountInString(text) > maxPlace:
		return "too_long"
	}
	return ""
}

// degrees reads latitude and longitude.
func degrees(text string) (lat, lon string, ok bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
	if len(parts) != 2 || !strings.ContainsAny(text, ".") {
		return "", "", false
	}
	lat, north := angle(parts[0], 90)
	lon, east := angle(parts[1], 180)
	return lat, lon, north && east
}

// angle reads degrees between -most and most, to the sixth place: a hand's
// breadth.
func angle(text string, most float64) (string, bool) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= -most && x <= most) {
		return "", false
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.6f", x), "0"), "."), true
}

// document takes a picture or another file that has come whole.
func (t *turn) document(in *chat.Inbound) (reason string) {
	switch {
	case in.Photo == nil:
		return "not_a_document"
	case in.Photo.Blob == "":
		return "not_received"
	}
	return ""
}
