package calendar

import (
	"iter"
	"time"
)

// Span is a part of a day, in minutes since midnight: from From until before To, which is
// 1440 at most and after From.
type Span struct{ From, To int }

// Date is a day on the zone's own calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day that at's own clock shows.
func DateOf(at time.Time) Date {
	y, m, d := at.Date()
	return Date{y, m, d}
}

// Calendar is when people work. Its zero value is round the clock, every day.
type Calendar struct {
	Zone     *time.Location // nil: UTC
	Week     [7][]Span      // by time.Weekday; in their order and apart
	Holidays map[Date]bool  // nobody works, whatever the day of the week
}

// Always says whether people work round the clock: no hours are named.
func (c Calendar) Always() bool {
	for _, day := range c.Week {
		if len(day) > 0 {
			return false
		}
	}
	return true
}

// Between is how much of the time from a to b is working time; 0 when b is no later.
func (c Calendar) Between(a, b time.Time) (worked time.Duration) {
	if !b.After(a) {
		return 0
	}
	for from, to := range c.spans(a) {
		if !from.Before(b) {
			break
		}
		if to.After(b) {
			return worked + b.Sub(from)
		}
		worked += to.Sub(from)
	}
	return worked
}

// After is the first instant by which so much working time has passed since from.
func (c Calendar) After(from time.Time, worked time.Duration) time.Time {
	if worked <= 0 {
		return from
	}
	for begin, end := range c.spans(from) {
		if part := end.Sub(begin); worked > part {
			worked -= part
			continue
		}
		return begin.Add(worked)
	}
	return from // spans never end
}

// Opens is the first working instant from at on: at itself while people work.
func (c Calendar) Opens(at time.Time) time.Time {
	for begin := range c.spans(at) {
		return begin
	}
	return at
}

// spans are the stretches of working time from an instant on, without end.
func (c Calendar) spans(from time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(begin, end time.Time) bool) {
		if c.Always() {
			for yield(from, from.AddDate(1, 0, 0)) {
				from = from.AddDate(1, 0, 0)
			}
			return
		}
		for y, m, d := from.In(c.zone()).Date(); ; d++ {
			for begin, end := range c.day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) {
				if begin.Before(from) {
					begin = from
				}
				if begin.Before(end) && !yield(begin, end) {
					return
				}
			}
		}
	}
}

// day are the hours of one day, as instants.
func (c Calendar) day(date time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(begin, end time.Time) bool) {
		y, m, d := date.Date()
		if c.Holidays[DateOf(date)] {
			return
		}
		for _, s := range c.Week[date.Weekday()] {
			if !yield(c.clock(y, m, d, s.From), c.clock(y, m, d, s.To)) {
				return
			}
		}
	}
}

// clock is when the zone's clocks show a minute of a day, and, when they leave it out, the
// instant at which they jump over it.
func (c Calendar) clock(y int, m time.Month, d, minute int) time.Time {
	at := time.Date(y, m, d, 0, minute, 0, 0, c.zone())
	if at.Hour()*60+at.Minute() == minute%(24*60) {
		return at
	}
	start, end := at.ZoneBounds()
	if !end.IsZero() && (start.IsZero() || end.Sub(at) < at.Sub(start)) {
		return end
	}
	return start
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}
