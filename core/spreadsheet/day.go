package spreadsheet

import (
	"strconv"
	"strings"
	"time"
)

// Days are counted from the end of 1899, where Lotus had a 29 February 1900 that never was, or
// from 1904 (ECMA-376, part 1, 18.17.4.1).
const (
	leap1900 = 60
	lastDay  = 2958465 // 9999-12-31
)

// day is the day that a number of days stands for.
func (b *book) day(number string) (string, bool) {
	whole, _, _ := strings.Cut(number, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 || n > lastDay {
		return "", false
	}
	from := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.from1904:
		from = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	case n < leap1900:
		n++
	}
	return from.AddDate(0, 0, n).Format(time.DateOnly), true
}
