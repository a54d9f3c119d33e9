package rules

import (
	"regexp"
	"strconv"
	"time"

	"besedka/core/source"
)

// A lifetime is how long points live, in days of the calendar.
type lifetime struct {
	text         string
	months, days int
	whole        string // endOfMonth, endOfYear or never
}

// Lifetimes that are words.
const (
	never      = "never"
	endOfMonth = "end_of_month"
	endOfYear  = "end_of_year"
)

// isoDuration is the part of ISO 8601 durations that calendars need.
var isoDuration = regexp.MustCompile(`^P([1-9][0-9]{0,2})([DMY])$`)

func parseLifetime(text string) (lifetime, bool) {
	switch text {
	case never, endOfMonth, endOfYear:
		return lifetime{text: text, whole: text}, true
	}
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
// gone: the midnight after their last day; zero when they stay. Six months after
// 31 August is the last day of February.
func (l lifetime) end(activated time.Time, zone *time.Location) time.Time {
	year, month, day := activated.In(zone).Date()
	switch l.whole {
	case never:
		return time.Time{}
	case endOfMonth:
		return time.Date(year, month+1, 1, 0, 0, 0, 0, zone)
	case endOfYear:
		return time.Date(year+1, time.January, 1, 0, 0, 0, 0, zone)
	}
	lastOfMonth := time.Date(year, month+time.Month(l.months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(year, month+time.Month(l.months), min(day, lastOfMonth)+l.days+1, 0, 0, 0, 0, zone)
}

// Expiry returns the first instant at which points given at one are gone, by a
// lifetime such as P90D, P6M, end_of_year or never, for which it is zero; false
// when ttl is none.
func Expiry(ttl string, given time.Time, zone *time.Location) (time.Time, bool) {
	l, ok := parseLifetime(ttl)
	if !ok {
		return time.Time{}, false
	}
	return l.end(given, zone), true
}

// IsLifetime says whether Expiry can read ttl.
func IsLifetime(ttl string) bool {
	_, ok := parseLifetime(ttl)
	return ok
}

func (r *reader) readLifetime(o *source.Object) lifetime {
	text := o.Text("ttl")
	l, ok := parseLifetime(text)
	if text != "" && !ok {
		r.report(o.At("ttl"), "L604", source.Sentence("«%s» - не срок", "%q is not a duration", text),
			source.Sentence("пишите P6M (шесть месяцев), P14D (дней), P1Y (год), end_of_month, end_of_year или never", "write P6M (six months), P14D (days), P1Y (a year), end_of_month, end_of_year or never"))
	}
	return l
}

// days is a number of days that may be left out.
type days struct {
	n    int
	told bool
}

// readDays reads a duration of days: P14D.
func (r *reader) readDays(o *source.Object, key string) days {
	text := o.Text(key)
	if text == "" {
		return days{}
	}
	l, ok := parseLifetime(text)
	if !ok || l.days == 0 {
		r.report(o.At(key), "L611", source.Sentence("«%s» - не число дней", "%q is not a number of days", text),
			source.Sentence("пишите P14D: четырнадцать дней", "write P14D: fourteen days"))
	}
	return days{l.days, ok}
}

// after is the midnight n days after the one before t.
func (d days) after(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day+d.n, 0, 0, 0, 0, zone)
}
