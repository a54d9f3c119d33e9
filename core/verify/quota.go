package verify

import (
	"math"
	"time"
)

// reserved is the share of a day's requests, one in so many, that is kept for
// receipts nobody has asked for yet: the stubborn ones of the morning must not take
// the evening's.
const reserved = 5

// Quota is how many requests a provider takes of us in one of its days, and how
// many of them are spent. Both providers' days begin at midnight in Moscow. Like a
// Breaker it is a value that its user stores.
type Quota struct {
	Limit int // of a day; 0: whatever the provider itself allows
	Spent int
	Until time.Time // the end of the day that Spent counts
}

// Left is how many requests may be made at now: for receipts that have not been
// asked for yet, and for others.
func (q Quota) Left(now time.Time) (first, again int) {
	if q.Limit == 0 {
		return math.MaxInt32, math.MaxInt32
	}
	spent := q.SpentAt(now)
	return max(0, q.Limit-spent), max(0, q.Limit-q.Limit/reserved-spent)
}

// SpentAt is how many requests of the day are spent at now.
func (q Quota) SpentAt(now time.Time) int { return q.at(now).Spent }

// Spend counts n requests made at now.
func (q Quota) Spend(n int, now time.Time) Quota {
	q = q.at(now)
	q.Spent += n
	return q
}

// Refund takes back one request that was counted before it was made and came to
// nothing. A day that has begun since owes nothing to the last one.
func (q Quota) Refund(now time.Time) Quota {
	q = q.at(now)
	q.Spent = max(0, q.Spent-1)
	return q
}

// at begins a new day when the last one is over.
func (q Quota) at(now time.Time) Quota {
	if !now.Before(q.Until) {
		q.Spent, q.Until = 0, midnight(now)
	}
	return q
}

// moscow is the zone of the providers' days; it knows no summer time.
var moscow = time.FixedZone("MSK", 3*60*60)

// midnight is when the provider's day ends.
func midnight(now time.Time) time.Time {
	y, m, d := now.In(moscow).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, moscow)
}

// daybreak is how far the provider's clock may be behind ours: told so soon after
// midnight that the day's quota is spent, we have asked yesterday.
const daybreak = 10 * time.Minute

// untilTomorrow is how long to wait when the day's quota is spent.
func untilTomorrow(now time.Time) time.Duration {
	wait := midnight(now).Sub(now)
	if 24*time.Hour-wait < daybreak {
		return daybreak
	}
	return wait
}
