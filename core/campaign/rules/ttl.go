package rules

import "time"

// Expiry returns the first instant at which points given at one are gone, by a
// lifetime such as P90D, P6M or P1Y; false when ttl is none.
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
