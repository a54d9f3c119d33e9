package scripts

import (
	"strconv"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/locales"
	"besedka/web/console/ui"
)

// named is a text with a name in it.
func named(v ui.View, key, name string) string {
	return v.With("scripts."+key, locales.Args{"name": locales.Text(name)})
}

// titleOf is whose draft it is.
func titleOf(v ui.View, d draft.Draft) string { return named(v, "draft_of", d.Name) }

// who is who published something.
func who(v ui.View, p release.Publication) string {
	if p.Staff == nil {
		return v.T("scripts.program")
	}
	return p.Name
}

// reason is why, in the words of who did it.
func reason(v ui.View, p release.Publication) string {
	if p.Reason == "" {
		return v.T("scripts.no_reason")
	}
	return p.Reason
}

// choice is a publication in a list to choose from.
func choice(v ui.View, p release.Publication) string {
	return v.Instant(p.At) + " · " + who(v, p) + " · " + short(p.Release)
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// at is the number of a line, "" where the line is not.
func at(line int) string {
	if line == 0 {
		return ""
	}
	return strconv.Itoa(line)
}

// sign tells what has become of a line in a character, for who sees no colours.
func sign(l release.Line) string {
	switch {
	case l.Was == 0:
		return "+"
	case l.Is == 0:
		return "−"
	}
	return " "
}

// class colours it.
func class(l release.Line) string {
	switch {
	case l.Gap:
		return "gap"
	case l.Was == 0:
		return "more"
	case l.Is == 0:
		return "less"
	}
	return "same"
}

// shownLines is how many changed lines are open at once; files with more are a click away.
const shownLines = 200

func opened(diff []release.FileDiff) bool {
	n := 0
	for _, f := range diff {
		n += len(f.Lines)
	}
	return n <= shownLines
}

// of a conflict: what the draft, or the publication, has changed.
func changed(path string, before, after []byte) []release.FileDiff {
	return release.Diff(whole(path, before), whole(path, after))
}

func whole(path string, body []byte) map[string][]byte {
	if body == nil {
		return nil
	}
	return map[string][]byte{path: body}
}
