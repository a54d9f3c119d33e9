package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/core/source"
)

// A schedule is on which days and at which hours purchases count. Its zero
// value is always.
type schedule struct {
	weekdays []time.Weekday
	days     []int // of the month
	hours    []hours
	first    string // the first purchase of such a window; "" for any
	every    int64  // every so many purchases; 0 for any
}

// hours are minutes of the day, until exclusive; those over midnight belong to
// the day on which they begin.
type hours struct {
	text        string
	from, until int
}

// frequencyID is the limit that counts purchases for a frequency.
const frequencyID = "frequency"

var weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (r *reader) readSchedule(o *source.Object) {
	s := &r.c.schedule
	for i, name := range o.Texts("weekdays") {
		day := slices.Index(weekdayNames, name)
		if day < 0 {
			r.report(itemAt(o, "weekdays", i), "L611", source.Sentence("нет дня недели «%s»", "there is no weekday %q", name), source.Meant(name, weekdayNames))
			continue
		}
		s.weekdays = append(s.weekdays, time.Weekday(day))
	}
	for _, n := range o.List("days") {
		day := n.AsInt(&r.problems)
		if n.Kind == source.Scalar && (day < 1 || day > 31) {
			r.report(n.Pos, "L611", source.Sentence("такого числа в месяце нет", "no month has such a day"), source.Sentence("пишите от 1 до 31", "write 1 to 31"))
		}
		s.days = append(s.days, int(day))
	}
	for i, text := range o.Texts("time") {
		h, ok := parseHours(text)
		if !ok {
			r.report(itemAt(o, "time", i), "L611", source.Sentence("«%s» - не часы", "%q are not hours", text), source.Sentence("пишите от и до: 22:00-02:00", "write from and until: 22:00-02:00"))
		}
		s.hours = append(s.hours, h)
	}
	r.readFrequency(o.Object("frequency"))
	o.Done()
	if r.terms.Checking && len(r.problems) == 0 && !r.c.comes() {
		r.report(r.o.At("schedule"), "L611", source.Sentence("в сроке акции нет ни одного такого дня", "the period has no such day"), source.Sentence("поправьте дни или период", "mend the days or the period"))
	}
}

// comes says whether any day of the period is one of the schedule's. Hours over midnight
// may have begun on the day before it.
func (c *Campaign) comes() bool {
	if len(c.schedule.weekdays)+len(c.schedule.days) == 0 {
		return true
	}
	first := c.from
	if len(c.schedule.hours) > 0 {
		first = first.AddDate(0, 0, -1)
	}
	for day, n := first, 0; n < maxDaysAhead && (c.until.IsZero() || day.Before(c.until)); day, n = day.AddDate(0, 0, 1), n+1 {
		if c.schedule.on(day) {
			return true
		}
	}
	return false
}

// maxDaysAhead is how far comes looks: in 28 years the calendar begins anew.
const maxDaysAhead = 28 * 366

func itemAt(o *source.Object, key string, i int) source.Pos {
	if n := o.Node(key); n.Kind == source.List {
		return n.Items[i].Pos
	}
	return o.At(key)
}

func (r *reader) readFrequency(o *source.Object) {
	s := &r.c.schedule
	s.first, s.every = o.Text("first"), o.Int("every")
	windows := []string{perDay, perWeek, perMonth, perCampaign}
	switch {
	case o.Has("first") && o.Has("every"):
		r.report(o.At("every"), "L611", source.Sentence("first и every вместе не стоят", "first and every do not go together"), source.Sentence("оставьте одно", "keep one"))
	case o.Has("first") && !slices.Contains(windows, s.first):
		r.report(o.At("first"), "L611", source.Sentence("первая покупка чего: «%s»?", "the first purchase of what: %q?", s.first), source.Meant(s.first, windows))
	case o.Has("every") && (s.every < 2 || s.every > 1000):
		r.report(o.At("every"), "L611", source.Sentence("каждая какая покупка?", "every which purchase?"), source.Sentence("пишите от 2 до 1000", "write 2 to 1000"))
	}
	o.Done()
}

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])$`)

func parseHours(text string) (hours, bool) {
	from, until, _ := strings.Cut(text, "-")
	a, ok := minute(strings.TrimSpace(from))
	b, ok2 := minute(strings.TrimSpace(until))
	return hours{text, a, b}, ok && ok2 && a != b && a < 24*60
}

func minute(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	m := clock.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	return 60*h + min, true
}

// holds says whether a purchase of that local time counts.
func (s *schedule) holds(local time.Time) bool {
	if len(s.hours) == 0 {
		return s.on(local)
	}
	now := 60*local.Hour() + local.Minute()
	return slices.ContainsFunc(s.hours, func(h hours) bool {
		switch {
		case h.from < h.until:
			return h.from <= now && now < h.until && s.on(local)
		case now >= h.from:
			return s.on(local)
		}
		return now < h.until && s.on(local.AddDate(0, 0, -1))
	})
}

// on says whether the day is one of those.
func (s *schedule) on(day time.Time) bool {
	return (len(s.weekdays) == 0 || slices.Contains(s.weekdays, day.Weekday())) &&
		(len(s.days) == 0 || slices.Contains(s.days, day.Day()))
}

// always says that nothing is left out.
func (s *schedule) always() bool { return len(s.weekdays)+len(s.days)+len(s.hours) == 0 }

// counts says that it depends on how many purchases there were.
func (s *schedule) counts() bool { return s.first != "" || s.every > 0 }

// told is what the trace shows of the days and hours.
func (s *schedule) told() string {
	var parts []string
	for _, d := range s.weekdays {
		parts = append(parts, weekdayNames[d])
	}
	for _, d := range s.days {
		parts = append(parts, strconv.Itoa(d))
	}
	for _, h := range s.hours {
		parts = append(parts, h.text)
	}
	return strings.Join(parts, " ")
}

// turn says whether the purchase after so many is one that counts.
func (s *schedule) turn(used int64) bool {
	switch {
	case s.first != "":
		return used == 0
	case s.every > 0:
		return (used+1)%s.every == 0
	}
	return true
}
