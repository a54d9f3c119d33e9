package chat

import (
	"path"
	"slices"
	"strings"
)

// Files is what a channel sends beside pictures, in bytes of each; 0 = none of that kind.
type Files struct {
	Document int64
	Voice    int64  // Opus in Ogg; words never stand under it
	Video    int64  // MP4
	Endings  string // of the names of the only documents it takes, in lower case; "" = any
}

// Sends says whether a channel sends m, be it as a document.
func (c Caps) Sends(m Media) bool { return c.room(m) > 0 && m.Size <= c.room(m) }

// room is how large m may be, 0 when its kind is not sent.
func (c Caps) room(m Media) int64 {
	switch as := c.as(m); {
	case as == "":
		return c.Picture
	case as == Voice:
		return c.Files.Voice
	case as == Video:
		return c.Files.Video
	case c.Files.Endings != "" && !slices.Contains(strings.Fields(c.Files.Endings), Ending(m.Name)):
		return 0
	}
	return c.Files.Document
}

// as is the kind that m goes as: what is not sent as what it is, or is too large for it,
// is a document.
func (c Caps) as(m Media) FileKind {
	switch {
	case m.Kind == Voice && m.Size > c.Files.Voice, m.Kind == Video && m.Size > c.Files.Video:
		return Document
	}
	return m.Kind
}

// Ending is what a file's name ends with, in lower case and without the dot.
func Ending(name string) string { return strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")) }
