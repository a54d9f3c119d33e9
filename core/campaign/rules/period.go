package rules

import "time"

// PeriodStart returns the midnight at which the period that ends on the day of an
// instant begins: P7D on a Sunday begins on Monday, P12M on 29 November on the 30th a
// year before; false when period is no number of days, months or years.
func PeriodStart(period string, end time.Time, zone *time.Location) (time.Time, bool) {
	l, ok := parseLifetime(period)
	if !ok || l.whole != "" {
		return time.Time{}, false
	}
	year, month, day := end.In(zone).Date()
	lastOfMonth := time.Date(year, month-time.Month(l.months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(year, month-time.Month(l.months), min(day, lastOfMonth)-l.days+1, 0, 0, 0, 0, zone), true
}
