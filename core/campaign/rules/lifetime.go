package rules

import (
	"regexp"
	"strconv"
	"time"
)

// A lifetime is how long points live, in days of the calendar.
type lifetime struct {
	text         string
	months, days int
}

// isoDuration is the part of ISO 8601 durations that calendars need.
var isoDuration = regexp.MustCompile(`^P([1-9][0-9]{0,2})([DMY])$`)

func parseLifetime(text string) (lifetime, bool) {
	m := isoDuration.FindStringSubmatch(text)
	if m == nil {
		return lifetime{}, false
	}
	n, _ := strconv.Atoi(m[1])
	l := lifetime{text: text}
	switch m[2] {
	case "D":
		l.days = n
	case "M":
		l.months = n
	case "Y":
		l.months = 12 * n
	}
	return l, true
}

// end returns the first instant at which points activated at that instant are
// gone: the midnight after their last day. Six months after 31 August is the
// last day of February.
func (l lifetime) end(activated time.Time, zone *time.Location) time.Time {
	year, month, day := activated.In(zone).Date()
	lastOfMonth := time.Date(year, month+time.Month(l.months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(year, month+time.Month(l.months), min(day, lastOfMonth)+l.days+1, 0, 0, 0, 0, zone)
}
