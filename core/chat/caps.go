package chat

import (
	"time"
	"unicode/utf8"
)

// Caps is what a channel can do, as data. Its zero value is a channel of plain
// text without limits.
type Caps struct {
	Text    Limit // of one message
	Body    Limit // of the text over a keyboard, where it is another one; Max 0 = Text
	Caption Limit // of the text under a picture
	Inline  Grid
	List    Grid
	Reply   Grid
	Links   Kind  // the keyboard that may hold buttons with a URL, "" = none
	Contact Kind  // the keyboard that may ask for the person's phone, "" = none
	Picture int64 // bytes of a picture we may send; 0 = no pictures
	Files   Files // what else we may send
	Fetch   int64 // bytes of a file we may fetch

	Idempotent bool // a message sent twice under one id arrives once
	Rates      Rates
	Echo       bool // what became of a message is told later, with the id it was sent under
	Renames    bool // one person may come under several ids, see bots.Received

	Joined Limit         // up to which the texts of a turn become one message, see Join; 0 = each its own
	Window time.Duration // after the person's last word, in which we may write; 0 = always
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
	Rows   int   // 0 = as many as it takes
	Width  int   // runes of all titles in a row, so that they stay readable on a phone; 0 = any
	Title  Limit // of one title
	Desc   Limit // of the smaller line under a title; Max 0 = there is none
	Unique bool  // two buttons of one title are refused
	Bare   bool  // no picture can stand over it
}

// channels is what each channel can do.
var channels = map[Channel]Caps{
	Telegram: { // core.telegram.org/bots/api and /bots/faq
		Text:    Limit{4096, UTF16},
		Caption: Limit{1024, UTF16},
		Inline:  Grid{Max: 100, PerRow: 8, Width: 24},
		Reply:   Grid{Max: 100, PerRow: 8, Width: 24},
		Links:   Inline,
		Contact: Reply,
		Picture: 10 << 20,
		Files:   Files{Document: 50 << 20, Voice: 50 << 20, Video: 50 << 20},
		Fetch:   20 << 20,
		Rates: Rates{ // core.telegram.org/bots/faq: 30 a second, one a second to a chat, 20 a minute to a group
			Account: PerSecond(30), Chat: Rate{time.Second, 5}, Group: Rate{4 * time.Second, 5},
		},
	},
	WhatsApp: { // developers.facebook.com/docs/whatsapp/cloud-api/messages and .../reference/media
		Text:    Limit{4096, Rune},
		Body:    Limit{1024, Rune},
		Caption: Limit{1024, Rune},
		Inline:  Grid{Max: 3, PerRow: 1, Title: Limit{20, Rune}, Unique: true},
		List:    Grid{Max: 10, PerRow: 1, Title: Limit{24, Rune}, Desc: Limit{72, Rune}, Bare: true},
		Picture: 5 << 20,
		Files:   Files{Document: 100 << 20, Voice: 16 << 20, Video: 16 << 20, Endings: "pdf txt doc docx xls xlsx ppt pptx"},
		Fetch:   20 << 20,                                                       // of 100 MB: several are in memory at once
		Rates:   Rates{Account: PerSecond(80), Chat: Rate{6 * time.Second, 10}}, // .../cloud-api/overview: throughput, pair rate
		Echo:    true,
		Renames: true,
		Joined:  Limit{4096, Rune}, // every message is billed since October 2026
		Window:  24 * time.Hour,
	},
	Whatsmeow: { // a person's own WhatsApp: no keyboards; its client gives a message its id
		Text:       Limit{4096, Rune},
		Caption:    Limit{1024, Rune},
		Picture:    16 << 20,
		Fetch:      20 << 20,
		Idempotent: true,
		Renames:    true, // a number, until WhatsApp tells their LID
	},
	Max: { // dev.max.ru/docs-api
		Text:    Limit{4000, UTF16}, // it does not say of what
		Caption: Limit{4000, UTF16},
		Inline:  Grid{Max: 90, PerRow: 3, Rows: 30, Width: 20, Title: Limit{128, Rune}}, // a row takes 3 keys that do more than call back
		Links:   Inline,
		Contact: Inline,
		Picture: 10 << 20,
		Files:   Files{Document: 50 << 20, Voice: 50 << 20, Video: 50 << 20},
		Fetch:   20 << 20,
		Rates:   Rates{Account: PerSecond(30)},
	},
	VK: { // dev.vk.com/ru/api/bots/development/keyboard; random_id makes a send happen once
		Text:       Limit{4096, Rune},
		Caption:    Limit{4096, Rune},
		Inline:     Grid{Max: 10, PerRow: 5, Rows: 6, Width: 24, Title: Limit{40, Rune}},
		Reply:      Grid{Max: 40, PerRow: 5, Rows: 10, Width: 24, Title: Limit{40, Rune}},
		Links:      Inline,
		Picture:    50 << 20,
		Fetch:      50 << 20,
		Idempotent: true,
		Rates:      Rates{Account: PerSecond(20)},
	},
	Viber: { // developers.viber.com/docs/api/rest-bot-api; a card does not say whose it is
		Text:    Limit{7000, Rune},
		Caption: Limit{768, Rune},
		Reply:   Grid{Max: 72, PerRow: 6, Rows: 12, Width: 24, Title: Limit{250, Rune}},
		Links:   Reply,
		Picture: 10 << 20, // what it fetches is drawn anew where it is above its own 1 MB
		Fetch:   50 << 20,
		Rates:   Rates{Account: PerSecond(50)},
	},
	Webchat: { // our own page; contact is typed
		Text:       Limit{4096, Rune},
		Caption:    Limit{4096, Rune},
		Inline:     Grid{Max: 100, PerRow: 100},
		Links:      Inline,
		Picture:    10 << 20,
		Files:      Files{Document: 10 << 20},
		Fetch:      20 << 20,
		Idempotent: true,
	},
}

// CapsOf is what a channel can do; one that is not known gets the zero Caps.
func CapsOf(c Channel) Caps { return channels[c] }

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

// over is the limit of a text over such a keyboard.
func (c Caps) over(kb *Keyboard) Limit {
	if kb == nil || kb.Kind == Numbered || c.Body.Max == 0 {
		return c.Text
	}
	return c.Body
}
