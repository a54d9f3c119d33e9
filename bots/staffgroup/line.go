package staffgroup

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/support/topic"
)

// line is one thing said, as the topic shows it.
type line struct {
	topic.Line
	at      time.Time
	text    string
	blob    string // file that came with it, once it is fetched
	name    string // of that file
	photo   bool
	fetch   bool   // the file is on its way
	key     string // of the shopper's message, or the messenger's id of ours
	edits   string // key of the one whose place it takes
	quotes  string // key of the one that it answers, the shopper's or ours
	answers int64  // message in the topic that it answers
}

// Limits of core.telegram.org/bots/api, in UTF-16; a line is shown as far as it fits.
const (
	maxText    = 4096
	maxLine    = 3500
	maxName    = 100
	maxCaption = 900 // of 1024: what stands before it counts, too
)

// lineOf words one entry of a history.
func (g *Group) lineOf(t talk, e conversation.Entry) line {
	l := line{Line: topic.Line{Kind: topic.Out, ID: e.Row()}, at: e.At, key: e.ID}
	if e.Wire != nil {
		who := "🤖"
		if e.Staff != 0 {
			who = "💬 " + t.names[e.Staff]
		}
		l.text = g.lineText(who, e.At, strings.TrimSpace(g.shownIn(*e.Wire)+" "+e.Wire.Text))
		return l
	}
	l.Kind, l.key = topic.In, e.Key
	in := e.In
	if in == nil {
		in = &chat.Inbound{}
	}
	l.edits, l.quotes = in.Edits, in.Answers
	l.attach(in)
	text := g.saidText(in)
	if in.Edits != "" {
		text = g.word("group.line.edited") + " " + text
	}
	l.text = g.lineText("👤", e.At, text)
	return l
}

// named is a message as its messenger knows it.
type named struct {
	kind topic.Kind
	key  string
}

// answered is the message in the topic that the line stands in answer to, of those where
// others stand; 0: none. A number alone is one of ours: of the shopper's it is a tap's.
func (l line) answered(stood map[named]int64) int64 {
	if l.edits != "" {
		return stood[named{topic.In, l.edits}]
	}
	ours := stood[named{topic.Out, l.quotes}]
	if _, err := strconv.ParseUint(l.quotes, 10, 64); err == nil {
		return ours
	}
	return cmp.Or(ours, stood[named{topic.In, l.quotes}])
}

// shownIn names the file of what was said to a shopper; the picture over words is not
// worth it.
func (g *Group) shownIn(w chat.Wire) string {
	switch m := w.Media; {
	case m != nil && m.Kind != "":
		return "📎 " + oneLine(m.Name)
	case w.Text == "":
		return g.word("group.line.picture")
	}
	return ""
}

// attach notes the file of a message.
func (l *line) attach(in *chat.Inbound) {
	switch {
	case in.Photo != nil:
		l.blob, l.photo, l.fetch = in.Photo.Blob, !in.Photo.PDF, in.Photo.Blob == "" && in.Photo.Trouble == ""
		l.name = "photo"
		if in.Photo.PDF {
			l.name = "document.pdf"
		}
	case in.File != nil:
		l.blob, l.name, l.fetch = in.File.Blob, fileName(in.File.Name), in.File.Blob == "" && in.File.Trouble == ""
	}
}

// fileName is the name of a file without what a file system or a reader may stumble over.
func fileName(name string) string {
	name = plain(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return cut(cmp.Or(strings.Trim(name, ". "), "file"), 100)
}

// saidText is what a shopper has said, without anything that the messenger knows of them.
func (g *Group) saidText(in *chat.Inbound) string {
	var what string
	switch {
	case in.Photo != nil:
		what = g.word("group.line.photo")
	case in.File != nil:
		what = g.word("group.line.file")
	case in.Contact != nil:
		what = g.word("group.line.contact")
	case in.Location != nil:
		what = g.word("group.line.location")
	case in.Reaction != nil:
		what = g.word("group.line.reaction") + " " + strings.Join(in.Reaction.Emoji, " ")
	case in.Tap != "":
		what = g.word("group.line.tap")
	case in.Start != "":
		what = g.word("group.line.start")
	case in.Blocked:
		what = g.word("group.line.blocked")
	case in.Unblocked:
		what = g.word("group.line.unblocked")
	case in.Written() == "":
		what = g.word("group.line.unknown")
	}
	return strings.TrimSpace(what + " " + in.Written())
}

// lineText is a line with who has said it and when. What follows in it is set in, so that
// no text of a shopper's looks like a line of somebody else's.
func (g *Group) lineText(who string, at time.Time, text string) string {
	text = strings.ReplaceAll(plain(strings.TrimSpace(text)), "\n", "\n│ ")
	return cut(oneLine(who), maxName) + " " + at.In(g.Programme().Location).Format("15:04") + "  " + cut(text, maxLine)
}

// plain drops what cannot be seen and changes what can: letters that turn the direction,
// and other commands to whoever draws the text.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u200d', r == '\ufe0f': // emoji are joined by the last two
			return r
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// oneLine is plain in one line.
func oneLine(text string) string { return strings.Join(strings.Fields(plain(text)), " ") }

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut is text as far as it fits into so many units.
func cut(text string, most int) string {
	if units(text) <= most {
		return text
	}
	n := 0
	for i, r := range text {
		if n += utf16.RuneLen(r); n >= most {
			return text[:i] + "…"
		}
	}
	return text
}
