package inbox

import (
	"cmp"
	"time"
	"unicode/utf8"

	"besedka/core/conversation"
	"besedka/locales"
	"besedka/web/console/ui"
)

// called is why people have a conversation, as its rows tell.
type called struct {
	Photos int    // that nobody could read, in the hour before
	Words  string // what the shopper said last before
}

// lookBack is how long before the call its reason lies.
const lookBack = time.Hour

// maxWords of the reason are shown: the rest stands in the talk.
const maxWords = 80

// calledBy looks for the reason in what was said before people were called.
func calledBy(thread []conversation.Entry, since time.Time) (c called) {
	for _, e := range thread {
		if e.In == nil || e.At.After(since) || since.Sub(e.At) > lookBack {
			continue
		}
		if p := e.In.Photo; p != nil && p.Trouble != "" {
			c.Photos++
		}
		c.Words = cmp.Or(plain(e.In.Written()), c.Words)
	}
	if utf8.RuneCountInString(c.Words) > maxWords {
		c.Words = string([]rune(c.Words)[:maxWords]) + "…"
	}
	return c
}

// line is the reason and the wait in one line; "" when nothing tells.
func (c called) line(v ui.View, l list, t talk) string {
	line := ""
	switch {
	case c.Photos > 0:
		line = v.Count("desk.called.photos", int64(c.Photos))
	case c.Words != "":
		line = v.With("desk.called.words", locales.Args{"words": locales.Text(c.Words)})
	}
	if line == "" || t.Row.WaitsSince == nil {
		return line
	}
	waits := v.With("desk.clock.waits", locales.Args{"long": locales.Text(long(v, l.At.Sub(*t.Row.WaitsSince)))})
	return line + ", " + waits
}

// draft is a ready answer to it, for a person to mend and send.
func (c called) draft(v ui.View) string {
	if c.Photos > 0 {
		return v.T("desk.draft.photos")
	}
	return v.T("desk.draft.words")
}
