package fiscal

import (
	"fmt"
	"strings"
	"time"
)

// Civil is what a till's clock showed: a date and a time of day, to the minute
// or to the second, without a zone. The zone is that of the shop, which the QR
// does not tell.
type Civil struct {
	clock   time.Time // the reading, held as if it were UTC
	seconds bool      // whether the seconds were given
}

// CivilAt takes the wall clock of t, to the second.
func CivilAt(t time.Time) Civil {
	return Civil{clock: wall(t).Truncate(time.Second), seconds: true}
}

// wall is the clock reading of t, moved to UTC unchanged.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// IsZero reports whether no time was given.
func (c Civil) IsZero() bool { return c.clock.IsZero() }

// In is the instant at which a clock in loc showed c.
func (c Civil) In(loc *time.Location) time.Time {
	y, m, d := c.clock.Date()
	return time.Date(y, m, d, c.clock.Hour(), c.clock.Minute(), c.clock.Second(), 0, loc)
}

// Minute is c without its seconds: the precision at which receipts are compared.
func (c Civil) Minute() Civil { return Civil{clock: c.clock.Truncate(time.Minute)} }

// String is 2024-09-17T18:01, with :05 behind it when the seconds were given.
func (c Civil) String() string {
	if c.seconds {
		return c.clock.Format("2006-01-02T15:04:05")
	}
	return c.clock.Format("2006-01-02T15:04")
}

// Seconds is 2024-09-17T18:01:00: ISO with seconds, 00 when none were given, as
// the tax service wants it.
func (c Civil) Seconds() string { return c.clock.Format("2006-01-02T15:04:05") }

// MarshalText is String, so that stored JSON stays readable.
func (c Civil) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is ParseCivil.
func (c *Civil) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCivil(string(text))
	return err
}

// compact is the spelling of the QR code: 20240917T1801 or 20240917T180105.
func (c Civil) compact() string {
	if c.seconds {
		return c.clock.Format("20060102T150405")
	}
	return c.clock.Format("20060102T1504")
}

// ParseCivil reads the spellings met in receipts: ISO with T or a space, with or
// without seconds, and the compact one of the QR code. A zone behind an ISO time
// is dropped: what stays is the clock reading.
func ParseCivil(s string) (Civil, error) {
	s = strings.TrimSpace(strings.ToUpper(s))
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return Civil{clock: wall(t).Truncate(time.Second), seconds: true}, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Civil{clock: t}, nil
		}
	}
	if c, ok := parseCompact(s); ok {
		return c, nil
	}
	return Civil{}, fmt.Errorf("read local time %q: unknown spelling", s)
}

// parseCompact reads yyyyMMddTHHmm[ss]; tills and services also write a small t.
func parseCompact(s string) (Civil, bool) {
	day, clock, found := strings.Cut(strings.ToUpper(s), "T")
	if !found || !digits(day, 8, 8) || !digits(clock, 4, 6) {
		return Civil{}, false
	}
	layout := "200601021504"
	if len(clock) == 6 {
		layout = "20060102150405"
	}
	t, err := time.Parse(layout, day+clock)
	return Civil{clock: t, seconds: len(clock) == 6}, err == nil
}

// digits reports whether s is lo to hi ASCII digits.
func digits(s string, lo, hi int) bool {
	if len(s) < lo || len(s) > hi {
		return false
	}
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
