package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/core/calendar"
)

// drawn is any week of hours, in zones that move their clocks and in one that does not.
func drawn(t *rapid.T) calendar.Calendar {
	name := rapid.SampledFrom([]string{"Europe/Moscow", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"}).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	c := calendar.Calendar{Zone: zone, Holidays: map[calendar.Date]bool{}}
	for day := range c.Week {
		at := 0
		for range rapid.IntRange(0, 3).Draw(t, "spans") {
			from := at + rapid.IntRange(0, 300).Draw(t, "from")
			to := from + rapid.IntRange(1, 400).Draw(t, "length")
			if to > 1440 {
				break
			}
			c.Week[day] = append(c.Week[day], calendar.Span{From: from, To: to})
			at = to
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "holidays") {
		c.Holidays[calendar.DateOf(instant(t).In(zone))] = true
	}
	return c
}

// instant is a minute around the night when clocks go forward in Berlin, 2026.
func instant(t *rapid.T) time.Time {
	return time.Date(2026, 3, 26, 0, rapid.IntRange(0, 6*1440).Draw(t, "minute"), 0, 0, time.UTC)
}

// works says by the clock on the wall whether people work in a minute.
func works(c calendar.Calendar, at time.Time) bool {
	local := at.In(c.Zone)
	if c.Always() {
		return true
	}
	minute := local.Hour()*60 + local.Minute()
	for _, s := range c.Week[local.Weekday()] {
		if s.From <= minute && minute < s.To {
			return !c.Holidays[calendar.DateOf(local)]
		}
	}
	return false
}

// TestBetweenCountsMinutes: it is what somebody counts who looks at the clock every minute.
func TestBetweenCountsMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, a, b := drawn(t), instant(t), instant(t)
		want := time.Duration(0)
		for at := a; at.Before(b); at = at.Add(time.Minute) {
			if works(c, at) {
				want += time.Minute
			}
		}
		if got := c.Between(a, b); got != want {
			t.Fatalf("from %v to %v: %v, want %v", a, b, got, want)
		}
	})
}

// TestAfterIsTheFirstInstant by which the time has passed; working time adds up.
func TestAfterIsTheFirstInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, from := drawn(t), instant(t)
		worked := time.Duration(rapid.IntRange(1, 5000).Draw(t, "worked")) * time.Second
		at := c.After(from, worked)
		if got := c.Between(from, at); got != worked {
			t.Fatalf("%v have passed by %v, want %v", got, at, worked)
		}
		if got := c.Between(from, at.Add(-time.Second)); got != worked-time.Second {
			t.Fatalf("a second before %v %v have passed", at, got)
		}
		middle := from.Add(at.Sub(from) / 2)
		if got := c.Between(from, middle) + c.Between(middle, at); got != worked {
			t.Fatalf("in two parts it is %v, want %v", got, worked)
		}
		if opens := c.Opens(from); !works(c, opens) || c.Between(from, opens) != 0 {
			t.Fatalf("it opens at %v", opens)
		}
	})
}

// TestLunchAndHoliday: a question of Friday evening is due on Tuesday, when Monday is off.
func TestLunchAndHoliday(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	c := calendar.Calendar{Zone: zone, Holidays: map[calendar.Date]bool{{Year: 2026, Month: 11, Day: 30}: true}}
	for day := time.Monday; day <= time.Friday; day++ {
		c.Week[day] = []calendar.Span{{From: 9 * 60, To: 13 * 60}, {From: 14 * 60, To: 18 * 60}}
	}
	friday := time.Date(2026, 11, 27, 17, 50, 0, 0, zone)
	for worked, want := range map[time.Duration]time.Time{
		10 * time.Minute:             time.Date(2026, 11, 27, 18, 0, 0, 0, zone),
		15 * time.Minute:             time.Date(2026, 12, 1, 9, 5, 0, 0, zone),
		4*time.Hour + 11*time.Minute: time.Date(2026, 12, 1, 14, 1, 0, 0, zone),
	} {
		if got := c.After(friday, worked); !got.Equal(want) {
			t.Errorf("%v after %v is %v, want %v", worked, friday, got, want)
		}
	}
	if got := (calendar.Calendar{}).After(friday, 48*time.Hour); !got.Equal(friday.Add(48 * time.Hour)) {
		t.Errorf("round the clock it is %v", got)
	}
}
