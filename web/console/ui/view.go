package ui

import (
	"time"

	"besedka/core/staff"
	"besedka/locales"
)

// View is what every piece of a page knows of its reader.
type View struct {
	Lang      string
	Theme     string       // light or dark; "" follows the system
	By        staff.Person // who has signed in; zero: nobody
	Programme string       // its name, in the reader's language
	Demo      bool
	Path      string // of this page
	Here      string // its whole address; "" for an answer to a form, to which nobody can come back
	Key       string // of what this page's forms ask: one key, one act
	Done      string // names what was done a moment ago, see Toast; "" when nothing was
	Now       time.Time
	Zone      *time.Location
	Sections  []Section // those that the reader may open
	Assets    map[string]string
	Words     *locales.Printer
	Frame     *Frame
}

// Frame is what a page has around it, whatever it shows.
type Frame struct {
	Waits Watch // how many conversations wait for the reader; zero for who talks to nobody
	live  bool  // the page has opened its stream
}

// Section is a part of the console, as the bar leads to it.
type Section struct{ Name, Path string }

// T is a text of the console in the reader's language.
func (v View) T(key string) string { return v.Words.Text("console."+key, nil) }

// With is T with values in it.
func (v View) With(key string, args locales.Args) string {
	return v.Words.Text("console."+key, args)
}

// Count is T with a number n in it.
func (v View) Count(key string, n int64) string {
	return v.With(key, locales.Args{"n": locales.Count(n)})
}

// Number prints a whole number with its thousands apart.
func (v View) Number(n int64) string {
	return v.Words.Text("format.count", locales.Args{"n": locales.Count(n)})
}

// Clock is a time of day in the programme's zone: 10:43.
func (v View) Clock(at time.Time) string { return at.In(v.Zone).Format("15:04") }

// Second is a time of day to the second: 10:43:07.
func (v View) Second(at time.Time) string { return at.In(v.Zone).Format("15:04:05") }

// Instant is a day and a time of it in the programme's zone, as a table has them.
func (v View) Instant(at time.Time) string { return at.In(v.Zone).Format("02.01.2006 15:04:05") }

// Day is a date in words.
func (v View) Day(at time.Time) string {
	return v.Words.Text("format.date", locales.Args{"at": locales.Date(at.In(v.Zone))})
}

// done is what Done says; "" for a name that is no text of ours, as anybody may write
// an address.
func (v View) done() string {
	if v.Done == "" {
		return ""
	}
	if text := v.T("done." + v.Done); text != "console.done."+v.Done {
		return text
	}
	return ""
}
