package flows

import (
	"slices"
	"strconv"
	"time"

	"besedka/core/source"
)

// Reminder is said when a question has waited so long for its answer.
type Reminder struct {
	source.Pos
	After time.Duration
	Say   *Text
}

// Expire leaves a question that has waited so long.
type Expire struct {
	*Branch
	After time.Duration
}

// RemindersOf returns how a question is brought back to mind: its own
// reminders, or the flow's.
func (f *Flow) RemindersOf(s *Step) []Reminder {
	switch {
	case s.Remind != nil:
		return s.Remind
	case s.Asks():
		return f.Remind
	}
	return nil
}

// ExpireOf returns when and where a question that nobody answers is left: its
// own end, or the flow's; nil when it waits for ever.
func (f *Flow) ExpireOf(s *Step) *Expire {
	switch {
	case s.Expire != nil:
		return s.Expire
	case s.Asks():
		return f.Expire
	}
	return nil
}

// Defaults are the texts that the flow has for all its questions.
func (f *Flow) Defaults() []*Text {
	all := slices.Clone(f.Retry)
	for _, r := range f.Remind {
		all = append(all, r.Say)
	}
	if f.Expire != nil && f.Expire.Say != nil {
		all = append(all, f.Expire.Say)
	}
	return slices.DeleteFunc(all, func(t *Text) bool { return t == nil })
}

// Quiet is the hours of the day when nobody is spoken to unasked, as minutes
// since midnight by the programme's clock. It may reach over midnight.
type Quiet struct{ From, To int }

// Loud returns the first instant from at on that is not in the quiet hours.
func (p *Programme) Loud(at time.Time) time.Time {
	q := p.Quiet
	local := at.In(p.Location)
	minute := local.Hour()*60 + local.Minute()
	over := q.From > q.To
	switch {
	case q.From == q.To, !over && (minute < q.From || minute >= q.To), over && minute < q.From && minute >= q.To:
		return at
	}
	year, month, day := local.Date()
	if over && minute >= q.From {
		day++
	}
	return time.Date(year, month, day, q.To/60, q.To%60, 0, 0, p.Location)
}

// readReminders reads a list; an empty one says that a question is not reminded
// of, whatever the flow says.
func (l *loader) readReminders(n *source.Node, slot string) []Reminder {
	if n == nil {
		return nil
	}
	list := []Reminder{}
	for i, item := range n.AsList(&l.problems) {
		o := source.Fields(item, &l.problems)
		o.Require("after", "say")
		r := Reminder{Pos: item.Pos, After: l.readDuration(o.Node("after")), Say: l.readText(o.Node("say"), slot+"."+strconv.Itoa(i+1))}
		o.Done()
		list = append(list, r)
	}
	if len(list) > MaxReminders {
		l.limit(n.Pos, source.Sentence("напоминаний", "reminders"), MaxReminders)
	}
	return list
}

func (l *loader) readExpire(n *source.Node, slot string) *Expire {
	if n == nil {
		return nil
	}
	o := source.Fields(n, &l.problems)
	o.Require("after")
	if !o.Has("go") && !o.Has("end") {
		o.Report(n.Pos, "L107", source.Sentence("не сказано, куда уйти от вопроса", "it does not say where to go from the question"), source.Sentence("добавьте go или end: true", "add go or end: true"))
	}
	x := &Expire{After: l.readDuration(o.Node("after"))}
	x.Branch = &Branch{Pos: n.Pos, Say: l.readText(o.Node("say"), slot), Go: o.Text("go"), End: o.Bool("end")}
	l.oneWay(o, n.Pos)
	o.Done()
	return x
}

// checkPatience wants each reminder to come after the one before, and the end
// after them all.
func (l *loader) checkPatience() {
	for _, id := range sorted(l.p.Flows) {
		f := l.p.Flows[id]
		l.checkOrder(f.Remind, f.Expire)
		for _, s := range f.Steps {
			if s.Remind != nil || s.Expire != nil {
				l.checkOrder(f.RemindersOf(s), f.ExpireOf(s))
			}
		}
	}
}

func (l *loader) checkOrder(list []Reminder, end *Expire) {
	last := time.Duration(0)
	for _, r := range list {
		if r.After != 0 && r.After <= last {
			l.report(r.Pos, "L124", source.Sentence("напоминание не позже предыдущего", "the reminder is no later than the one before"), source.Sentence("after считается от вопроса", "after counts from the question"))
		}
		last = r.After
	}
	if end != nil && end.After != 0 && end.After <= last {
		l.report(end.Pos, "L124", source.Sentence("вопрос кончится раньше, чем о нём напомнят", "the question ends before its reminder"), source.Sentence("after считается от вопроса", "after counts from the question"))
	}
}

// readQuiet reads the quiet hours.
func (l *loader) readQuiet(o *source.Object) Quiet {
	o.Require("from", "to")
	q := Quiet{From: l.readHour(o.Node("from")), To: l.readHour(o.Node("to"))}
	o.Done()
	return q
}

func (l *loader) readHour(n *source.Node) int {
	if n == nil {
		return 0
	}
	at, err := time.Parse("15:04", n.AsText(&l.problems))
	if err != nil {
		l.report(n.Pos, "L124", source.Sentence("«%s» - не время суток", "%q is not a time of day", shorten(n.Text)), source.Sentence("пишите, например, 21:30", "write for example 21:30"))
		return 0
	}
	return at.Hour()*60 + at.Minute()
}
