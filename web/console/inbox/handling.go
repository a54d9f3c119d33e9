package inbox

import (
	"context"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// handling reads what stands beside a conversation that people have.
func (p *pages) handling(ctx context.Context, now time.Time, t *talk) error {
	rows, err := support.List(ctx, p.DB, now, support.Asked{Show: support.All, ID: t.ID})
	if err != nil || len(rows) == 0 {
		return err
	}
	t.Row = rows[0]
	people, err := staff.WhoMay(ctx, p.DB, staff.Converse)
	t.Colleagues = slices.DeleteFunc(people, func(c staff.Colleague) bool { return c.ID == t.Holder })
	return err
}

// transfer hands the conversation over; why is a note for who gets it.
func (p *pages) transfer(ctx context.Context, tx storage.Tx, a asked) error {
	to, err := a.FormNumber("to")
	if err != nil {
		return err
	}
	why := strings.TrimSpace(strings.ReplaceAll(a.R.PostForm.Get("why"), "\r\n", "\n"))
	if !conversation.Sayable(why) {
		return errText
	}
	if err := p.cases().TransferTx(ctx, tx, a.Now, conversation.Transfer{Conversation: a.id, Staff: a.By.ID, To: to}); err != nil {
		return err
	}
	a.came.detail = map[string]any{"to": to}
	_, err = support.WriteTx(ctx, tx, a.Now, a.id, a.By.ID, a.key, why)
	return err
}

// close gives the conversation back for a reason and goes on to the next of the list.
func (p *pages) close(ctx context.Context, tx storage.Tx, a asked) error {
	reason := a.R.PostForm.Get("reason")
	if !known(p.Programme().Support.Ends, reason) {
		return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
	}
	if err := p.toBot(ctx, tx, a, conversation.GiveBack{Ask: p.Programme().Support.Rate, Ended: reason}); err != nil {
		return err
	}
	a.came.detail = map[string]any{"reason": reason}
	return p.next(ctx, tx, a)
}

// next leads to the conversation of the same list that waits longest beside this one.
func (p *pages) next(ctx context.Context, tx storage.Tx, a asked) error {
	s := p.spotOf(a.R.PostForm.Get("show"))
	rows, err := support.List(ctx, tx, a.Now, support.Asked{Show: s.Show, Staff: a.By.ID, Tag: s.Tag})
	a.came.to = listPath(s)
	for _, r := range rows {
		if r.ID != a.id {
			a.came.to = talkPath(r.ID, s)
			break
		}
	}
	return err
}

// naps are how long a conversation may be put off for.
var naps = []string{"1h", "3h", "morning", "week"}

func (p *pages) snooze(ctx context.Context, tx storage.Tx, a asked) error {
	until, err := napUntil(p.Programme(), a.Now, a.R.PostForm.Get("for"))
	if err != nil {
		return err
	}
	if err := p.cases().SnoozeTx(ctx, tx, a.Now, a.id, a.By.ID, until); err != nil {
		return err
	}
	a.came.detail = map[string]any{"until": until}
	return p.next(ctx, tx, a)
}

// napUntil is when a nap is over: the morning is that of the next working day.
func napUntil(p *flows.Programme, now time.Time, nap string) (time.Time, error) {
	local := now.In(p.Location)
	switch nap {
	case "1h":
		return now.Add(time.Hour), nil
	case "3h":
		return now.Add(3 * time.Hour), nil
	case "morning":
		morning := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, p.Location)
		if p.Support.Promise.Always() {
			return morning.Add(9 * time.Hour), nil
		}
		return p.Support.Promise.Opens(morning), nil
	case "week":
		return local.AddDate(0, 0, 7), nil
	}
	return time.Time{}, console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
}

// tag marks the conversation as the form has it, and with nothing else.
func (p *pages) tag(ctx context.Context, tx storage.Tx, a asked) error {
	tags := a.R.PostForm["tag"]
	for _, t := range tags {
		if !known(p.Programme().Support.Tags, t) {
			return console.Refusal{Status: http.StatusBadRequest, Key: "bad_form"}
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	a.came.detail = map[string]any{"tags": tags}
	return support.TagTx(ctx, tx, a.id, append([]string{}, tags...))
}

func known(labels []flows.Label, id string) bool {
	return slices.ContainsFunc(labels, func(l flows.Label) bool { return l.ID == id })
}

// closedDays is how far back the page of closed conversations looks.
const closedDays = 30

type closedRow struct {
	Title string
	Cases int64
}

// showClosed counts what was closed lately.
func (p *pages) showClosed(v *console.Visit) error {
	found, err := support.ClosedIn(v.R.Context(), p.DB, v.Now.AddDate(0, 0, -closedDays), v.Now)
	if err != nil {
		return err
	}
	var rows []closedRow
	for _, c := range found {
		title := labelOf(v.View, p.Programme(), p.Programme().Support.Ends, c.Ended)
		if c.Ended == support.Quieted {
			title = v.T("desk.closed.quiet")
		}
		rows = append(rows, closedRow{title, c.Cases})
	}
	marks, err := support.MarksIn(v.R.Context(), p.DB, v.Now.AddDate(0, 0, -closedDays), v.Now)
	if err != nil {
		return err
	}
	return v.Show(closedPage(v.View, rows, marks))
}

// average is the mean of the marks, in words.
func average(v ui.View, m support.Marks) string {
	mean := v.Words.Text("format.count", locales.Args{"n": locales.Exact(big.NewRat(m.Tenths(), 10))})
	return v.With("desk.closed.marks", locales.Args{"mean": locales.Text(mean), "n": locales.Count(m.Given())})
}

// has says whether a tag is among those of a conversation.
func has(tags []string, tag string) bool { return slices.Contains(tags, tag) }

// labelOf is what people read for a name; one that the programme has no more is shown as
// it is.
func labelOf(v ui.View, p *flows.Programme, labels []flows.Label, id string) string {
	for _, l := range labels {
		if l.ID == id {
			return l.In(p, v.Lang)
		}
	}
	return id
}

func counted(n support.Counts, of support.Show) int64 {
	return map[support.Show]int64{support.Waiting: n.Waiting, support.Mine: n.Mine, support.Snoozed: n.Snoozed}[of]
}

// clock says how a conversation stands to what was promised, in words and in colour.
func clock(v ui.View, l list, r support.Row) (ui.Tone, string) {
	if r.WaitsSince == nil || r.Asleep(l.At) {
		return ui.Plain, ""
	}
	p := l.Of.Support.Promise
	due := p.Due(*r.WaitsSince)
	args := locales.Args{"at": locales.Text(when(v, due)), "long": locales.Text(long(v, l.At.Sub(*r.WaitsSince)))}
	switch left := p.Between(l.At, due); {
	case due.IsZero():
		return ui.Warn, v.With("desk.clock.waits", args)
	case !due.After(l.At):
		args["long"] = locales.Text(long(v, p.Between(due, l.At)))
		return ui.Bad, v.With("desk.clock.over", args)
	case left*3 <= p.Answer:
		args["long"] = locales.Text(long(v, left))
		return ui.Warn, v.With("desk.clock.soon", args)
	}
	return ui.Plain, v.With("desk.clock.due", args)
}

// long is a stretch of time in one unit, whole minutes at least.
func long(v ui.View, d time.Duration) string {
	unit, n := "minutes", int64(d/time.Minute)
	switch {
	case n >= 48*60:
		unit, n = "days", n/(24*60)
	case n >= 90:
		unit, n = "hours", n/60
	}
	return v.Count("desk.long."+unit, max(n, 1))
}
