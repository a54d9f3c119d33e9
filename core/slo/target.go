package slo

import "time"

// A Target is one promise: of the receipts judged, so many have their verdict in
// time.
type Target struct {
	Name   string // in rows, metrics and the API
	Within time.Duration
	Share  int64 // hundredths of a percent: 9600 is 96 %
}

// targets are the promises, the shortest first: 96 % in half a minute, 99 % in four
// hours, all within a day.
var targets = [...]Target{
	{"30s", 30 * time.Second, 9600},
	{"4h", 4 * time.Hour, 9900},
	{"24h", 24 * time.Hour, whole},
}

// Limits of what is looked at.
const (
	whole      = 10_000 // hundredths of a percent
	WindowDays = 7      // a target is judged over the receipts uploaded today and in the days before
)

// Counts are receipts by how many targets they took longer than: in the first are
// those that missed none, in the last those that missed all.
type Counts [len(targets) + 1]int64

// Total is all of them.
func (c Counts) Total() (n int64) { return c.over(0) }

// over are those that missed at least n targets.
func (c Counts) over(n int) (sum int64) {
	for _, receipts := range c[n:] {
		sum += receipts
	}
	return sum
}

// Within are those in time for each target, in the order of the targets.
func (c Counts) Within() (in [len(targets)]int64) {
	for i := range in {
		in[i] = c.Total() - c.over(i+1)
	}
	return in
}

// Figure is how a target is kept. A receipt is judged when it has its verdict, or
// has none and is late already.
type Figure struct {
	Target
	Judged, Met int64
}

// Kept says whether the target is reached; nothing judged is.
func (f Figure) Kept() bool { return f.Met*whole >= f.Share*f.Judged }

// Reached is the share of those in time, in hundredths of a percent, never rounded
// up to a target; 0 of nobody.
func (f Figure) Reached() int64 {
	if f.Judged == 0 {
		return 0
	}
	return f.Met * whole / f.Judged
}

// judge weighs the receipts decided on and the undecided by every target.
func judge(decided, undecided Counts) (figures [len(targets)]Figure) {
	for i, met := range decided.Within() {
		figures[i] = Figure{targets[i], decided.Total() + undecided.over(i+1), met}
	}
	return figures
}

// limits are the times of the targets, as queries take them.
func limits() (us []int64) {
	for _, t := range targets {
		us = append(us, t.Within.Microseconds())
	}
	return us
}
