package dialogs

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// months by the beginning of their names, in Russian and English.
var months = []struct {
	begins string
	month  time.Month
}{
	{"янв", time.January},
	{"фев", time.February},
	{"мар", time.March},
	{"апр", time.April},
	{"май", time.May},
	{"мая", time.May},
	{"июн", time.June},
	{"июл", time.July},
	{"авг", time.August},
	{"сен", time.September},
	{"окт", time.October},
	{"ноя", time.November},
	{"дек", time.December},
	{"jan", time.January},
	{"feb", time.February},
	{"mar", time.March},
	{"apr", time.April},
	{"may", time.May},
	{"jun", time.June},
	{"jul", time.July},
	{"aug", time.August},
	{"sep", time.September},
	{"oct", time.October},
	{"nov", time.November},
	{"dec", time.December},
}

// parseDate reads a day as people write it: 12.05.1990, 12/5/1990, 1990-05-12,
// 12 мая 1990, May 12, 1990. The day goes before the month where both are
// numbers. The year has four digits, since two would be a guess.
func parseDate(text string) (day time.Time, reason string) {
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(parts) == 4 && (parts[3] == "г" || parts[3] == "года") {
		parts = parts[:3]
	}
	if len(parts) != 3 {
		return day, "not_a_date"
	}
	if _, err := strconv.Atoi(parts[0]); err == nil && len(parts[0]) == 4 { // a year, not June
		parts[0], parts[2] = parts[2], parts[0]
	}
	if monthOf(parts[0]) != 0 {
		parts[0], parts[1] = parts[1], parts[0]
	}
	d, dayErr := strconv.Atoi(parts[0])
	m, monthErr := strconv.Atoi(parts[1])
	y, yearErr := strconv.Atoi(parts[2])
	if named := monthOf(parts[1]); named != 0 {
		m, monthErr = int(named), nil
	}
	if dayErr != nil || monthErr != nil || yearErr != nil || len(parts[2]) != 4 {
		return day, "not_a_date"
	}
	day = timeOf(y, time.Month(m), d)
	if day.Day() != d || day.Month() != time.Month(m) || y == 0 {
		return day, "no_such_date"
	}
	return day, ""
}

func monthOf(word string) time.Month {
	for _, m := range months {
		if strings.HasPrefix(word, m.begins) {
			return m.month
		}
	}
	return 0
}

func timeOf(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
