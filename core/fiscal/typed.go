package fiscal

import (
	"strconv"
	"strings"
	"time"
)

// Slip is what is wrong with a requisite that somebody typed from paper. Slips
// choose the words that a shopper gets: do not rename them.
type Slip string

// The slips.
const (
	NoDigits  Slip = "no_digits"
	TooShort  Slip = "short"
	TooLong   Slip = "long"
	TillNo    Slip = "till"     // the till's registration number (РН ККТ), which has 16 digits too
	TestDrive Slip = "debug"    // a drive for tests of tills
	Zero      Slip = "zero"     // no document has that number
	TooBig    Slip = "big"      // more than the 32 bits that the number has
	NoDay     Slip = "no_day"   // a time of day without its day
	NoHour    Slip = "no_hour"  // a day without its time of day
	NoSuchDay Slip = "no_such"  // neither in the calendar nor on the clock
	Unclear   Slip = "unclear"  // of several numbers it may be any
	Enormous  Slip = "enormous" // a sum that no receipt has
)

// driveDigits is how long a fiscal drive's number is.
const driveDigits = 16

// tillBegins begins the registration numbers of tills, which count from the first
// one and have filled seven of their ten digits; no drive's number begins so.
const tillBegins = "000"

// ReadFN reads the number of a fiscal drive from how it was typed: with its label,
// in groups.
func ReadFN(text string) (string, Slip) {
	d := digitsOf(text)
	switch {
	case d == "":
		return "", NoDigits
	case len(d) < driveDigits:
		return "", TooShort
	case len(d) > driveDigits:
		return "", TooLong
	case strings.HasPrefix(d, tillBegins):
		return "", TillNo
	case strings.HasPrefix(d, debugDrive):
		return "", TestDrive
	}
	return d, ""
}

// ReadNumber reads the number of a document or a fiscal sign.
func ReadNumber(text string) (string, Slip) {
	d := digitsOf(text)
	bare := strings.TrimLeft(d, "0")
	switch {
	case d == "":
		return "", NoDigits
	case bare == "":
		return "", Zero
	case len(bare) > 10:
		return "", TooLong
	}
	n, ok := parseNumber(bare)
	if !ok {
		return "", TooBig
	}
	return strconv.FormatInt(n, 10), ""
}

// ReadSum reads rubles: 1285,21, 1 285.21, «1285 руб. 21 коп.», =1285.21. The
// kopecks may be left out; then the spelling tells that they were, since who types
// may have left out the point instead. One digit behind a point is tens of kopecks;
// «5 коп.» are five.
func ReadSum(text string) (string, Slip) {
	groups := strings.FieldsFunc(squeeze.Replace(text), func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case len(groups) == 0:
		return "", NoDigits
	case len(groups) > 2:
		return "", Unclear
	case len(groups) == 2 && len(groups[1]) > 2:
		return "", Unclear
	}
	if len(groups) == 2 && len(groups[1]) == 1 && strings.Contains(strings.ToLower(text), "коп") {
		groups[1] = "0" + groups[1]
	}
	q := QR{}
	ok := false
	if q.Sum, q.SumAmbiguous, ok = parseSum(strings.Join(groups, ".")); !ok {
		return "", Enormous
	}
	return q.sum(), ""
}

// ReadTime reads a day and a time of day: 17.09.2024 18:01, 17.09.24 18:01:05,
// 2024-09-17 18:01, in whatever signs. It spells them as the fiscal code does.
func ReadTime(text string) (string, Slip) {
	if c, ok := parseCompact(strings.TrimSpace(text)); ok {
		return c.compact(), ""
	}
	groups := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	switch {
	case len(groups) == 0:
		return "", NoDigits
	case len(groups) == 2:
		return "", NoDay
	case len(groups) == 3:
		return "", NoHour
	case len(groups) < 3 || len(groups) > 6:
		return "", Unclear
	}
	if len(groups[0]) == 4 {
		groups[0], groups[2] = groups[2], groups[0]
	}
	if len(groups[2]) == 2 {
		groups[2] = "20" + groups[2]
	}
	return clock(groups)
}

// clock spells day, month, year, hour, minute and, when there is one, second.
func clock(groups []string) (string, Slip) {
	layout := []string{"2", "1", "2006", "15", "4", "5"}[:len(groups)]
	if len(groups) == 4 {
		return "", NoHour
	}
	t, err := time.Parse(strings.Join(layout, " "), strings.Join(groups, " "))
	if err != nil {
		return "", NoSuchDay
	}
	return Civil{clock: t, seconds: len(groups) == 6}.compact(), ""
}

// digitsOf leaves the digits of a text.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
