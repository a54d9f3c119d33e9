package inbox

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/receipt"
	"besedka/locales"
	"besedka/web/console/ui"
)

// path is where a form about a conversation goes.
func path(id int64, act string) string { return fmt.Sprintf("%s/%d/%s", home, id, act) }

func photoPath(id int64, blob string) string { return fmt.Sprintf("%s/%d/photos/%s", home, id, blob) }

// speaker says who speaks now.
func speaker(v ui.View, t talk) string {
	switch {
	case t.has(v):
		return v.T("inbox.speaks.you")
	case t.Holder != 0:
		return v.With("inbox.speaks.colleague", locales.Args{"name": locales.Text(t.Names[t.Holder])})
	case t.Lifecycle == "bot":
		return v.T("inbox.speaks.bot")
	}
	return v.With("inbox.speaks.nobody", locales.Args{"at": locales.Text(when(v, *t.Since))})
}

// when is a time of today, with its day when it is of another one.
func when(v ui.View, at time.Time) string {
	if at.In(v.Zone).Format(time.DateOnly) == v.Now.In(v.Zone).Format(time.DateOnly) {
		return v.Clock(at)
	}
	return v.Day(at) + ", " + v.Clock(at)
}

// sending says what keeps a message, or what became of it.
func sending(v ui.View, e conversation.Entry) string {
	if e.State == conversation.Waiting && !strings.HasPrefix(e.Reason, "people") {
		return v.T("inbox.sending.window")
	}
	return v.T("inbox.sending." + string(e.State))
}

// actName names an act in the reader's words: to take from a colleague is another thing
// than to take from the queue.
func actName(name string, t talk) string {
	if name == "take" && t.Holder != 0 {
		return "take_from"
	}
	return name
}

// actKey is of what is asked of the conversation as it is now: asked twice it is done
// once, and once it has changed hands it is another request.
func actKey(t talk) string { return fmt.Sprintf("fence %d of %s", t.Fence, t.Lifecycle) }

// seenKey is of the giving back of what has been seen: once the shopper has written, it is
// another request.
func seenKey(t talk) string { return fmt.Sprintf("%s seen %d", actKey(t), t.Newest) }

// keyOf presses what gives a conversation back.
var keyOf = map[string]string{"give-back": "B", "close": "E"}

// words are what a shopper's entry says, in the reader's words where it has none of its
// own.
func words(v ui.View, e conversation.Entry) string {
	in := e.In
	said := plain(cmp.Or(in.Written(), in.Start))
	switch {
	case in.Edits != "":
		return v.With("inbox.said.edit", locales.Args{"text": locales.Text(said)})
	case in.Tap != "" && said == "":
		return v.T("inbox.said.tap")
	case in.Reaction != nil:
		return v.T("inbox.said.reaction")
	case in.Contact != nil:
		return v.T("inbox.said.contact")
	case in.Location != nil:
		return v.T("inbox.said.location")
	case in.File != nil:
		return v.T("inbox.said.file") + " " + said
	case in.Blocked:
		return v.T("inbox.said.blocked")
	case in.Unblocked:
		return v.T("inbox.said.unblocked")
	case in.Unknown != "":
		return v.T("inbox.said.unknown")
	}
	return said
}

// plain leaves out what turns the direction of a text around: it would show other words
// than were sent.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, text)
}

// buttons are the titles under a message.
func buttons(w *chat.Wire) (titles []string) {
	if w.Keyboard == nil {
		return nil
	}
	for _, row := range w.Keyboard.Rows {
		for _, b := range row {
			titles = append(titles, b.Title)
		}
	}
	return titles
}

// points prints an amount of a currency, which may have no parts.
func points(v ui.View, b balance) string {
	if b.Scale == 2 {
		return v.Words.Points(b.Points)
	}
	return v.Number(b.Points)
}

func agreed(v ui.View, t talk, kind consent.Kind) string {
	if t.Who.Consents[kind].Granted {
		return v.T("inbox.yes")
	}
	return v.T("inbox.no")
}

// toneOf colours a receipt's state.
func toneOf(s receipt.State) ui.Tone {
	switch s {
	case receipt.Credited:
		return ui.OK
	case receipt.Rejected:
		return ui.Bad
	}
	return ui.Warn
}
