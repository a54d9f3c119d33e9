package chat

import "unicode/utf8"

// Caps is what a channel can do, as data. Its zero value is a channel of plain
// text without limits.
type Caps struct {
	Text    Limit // of one message
	Caption Limit // of the text under a picture
	Inline  Grid
	List    Grid
	Reply   Grid
	Links   Kind  // the keyboard that may hold buttons with a URL, "" = none
	Contact Kind  // the keyboard that may ask for the person's phone, "" = none
	Picture int64 // bytes of a picture we may send; 0 = no pictures
	Fetch   int64 // bytes of a file we may fetch

	Idempotent bool // a message sent twice under one id arrives once
}

// Limit is a length and what it is counted in. Max 0 means no limit.
type Limit struct {
	Max  int
	Unit Unit
}

// Unit is what a messenger counts text in.
type Unit string

// The units messengers count in.
const (
	UTF16 Unit = "utf16"
	Rune  Unit = "rune"
	Byte  Unit = "byte"
)

// Grid is what one kind of keyboard can hold. Max 0 means the channel has no
// such keyboard.
type Grid struct {
	Max    int   // buttons in all
	PerRow int   // buttons in a row
	Width  int   // runes of all titles in a row, so that they stay readable on a phone; 0 = any
	Title  Limit // of one title
}

// CapsOf is the table of channels. A channel it does not know gets the zero
// Caps.
func CapsOf(c Channel) Caps {
	switch c {
	case Telegram: // core.telegram.org/bots/api and /bots/faq
		return Caps{
			Text:    Limit{4096, UTF16},
			Caption: Limit{1024, UTF16},
			Inline:  Grid{Max: 100, PerRow: 8, Width: 24},
			Reply:   Grid{Max: 100, PerRow: 8, Width: 24},
			Links:   Inline,
			Contact: Reply,
			Picture: 10 << 20,
			Fetch:   20 << 20,
		}
	case WhatsApp: // developers.facebook.com/docs/whatsapp/cloud-api/messages
		return Caps{
			Text:    Limit{1024, Rune}, // of a message with buttons, which every answer of ours may be
			Caption: Limit{1024, Rune},
			Inline:  Grid{Max: 3, PerRow: 1, Title: Limit{20, Rune}},
			List:    Grid{Max: 10, PerRow: 1, Title: Limit{24, Rune}},
			Picture: 5 << 20,
			Fetch:   100 << 20,
		}
	case Whatsmeow: // a person's own WhatsApp: no keyboards; its client gives a message its id
		return Caps{
			Text:       Limit{4096, Rune},
			Caption:    Limit{1024, Rune},
			Picture:    16 << 20,
			Fetch:      100 << 20,
			Idempotent: true,
		}
	case Max: // dev.max.ru/docs-api
		return Caps{
			Text:    Limit{4000, Rune},
			Caption: Limit{4000, Rune},
			Inline:  Grid{Max: 210, PerRow: 7, Width: 24, Title: Limit{128, Rune}},
			Links:   Inline,
			Contact: Inline,
			Picture: 10 << 20,
			Fetch:   20 << 20,
		}
	case Webchat: // our own page; contact is typed
		return Caps{
			Text:       Limit{4096, Rune},
			Caption:    Limit{4096, Rune},
			Inline:     Grid{Max: 100, PerRow: 100},
			Links:      Inline,
			Picture:    10 << 20,
			Fetch:      20 << 20,
			Idempotent: true,
		}
	}
	return Caps{}
}

// fits says whether s is within the limit.
func (l Limit) fits(s string) bool { return l.Max == 0 || l.size(s) <= l.Max }

// size counts s in the limit's unit.
func (l Limit) size(s string) int {
	switch l.Unit {
	case Byte:
		return len(s)
	case UTF16:
		n := 0
		for _, r := range s {
			n += utf16Len(r)
		}
		return n
	}
	return utf8.RuneCountInString(s)
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func (c Caps) grid(k Kind) Grid {
	switch k {
	case Inline:
		return c.Inline
	case List:
		return c.List
	case Reply:
		return c.Reply
	}
	return Grid{}
}
