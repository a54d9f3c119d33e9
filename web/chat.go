package web

import (
	"cmp"
	"context"
	"time"

	"besedka/core/chat"
)

// Chat is the messenger behind the web chat. A peer is the id of one
// browser's session.
type Chat struct {
	// Accept takes what the peer did. The key makes a repeat harmless; it is
	// unique among the peer's own.
	Accept func(ctx context.Context, peer, key string, in chat.Inbound) error
	// Upload keeps a photo, or whatever was sent as one, for the media worker
	// and returns chat.Photo.Remote.
	Upload func(ctx context.Context, peer string, data []byte) (remote string, err error)
	// Newest is the cursor before so many newest lines.
	Newest func(ctx context.Context, peer string, lines int) (after int64, err error)
	// Transcript reads the lines after the cursor, oldest first, one page.
	Transcript func(ctx context.Context, peer string, after int64) ([]Line, error)
	// Media opens the picture that a line of this peer names by Media.Ref;
	// storage.ErrNotFound for any other.
	Media func(ctx context.Context, peer, ref string) (Picture, error)
	// Watch wakes when this process has something new for the peer. Other
	// processes are noticed by reading.
	Watch func(peer string) (wake <-chan struct{}, cancel func())
}

// Line is one message of a transcript, whoever said it.
type Line struct {
	N       int64         `json:"n"`               // the cursor
	Edits   int64         `json:"edits,omitempty"` // N of the line before whose place it takes
	Key     string        `json:"key,omitempty"`   // the key that the shopper's line was accepted under
	From    string        `json:"from"`            // shopper, bot, staff
	Text    string        `json:"text,omitempty"`
	Buttons []chat.Button `json:"buttons,omitempty"`
	Media   *Media        `json:"media,omitempty"`
	At      time.Time     `json:"at"`
}

// place is N of the line that stands where l does.
func (l Line) place() int64 { return cmp.Or(l.Edits, l.N) }

// Standing are lines as they stand after all that was changed.
func Standing(lines []Line) []Line {
	at := make(map[int64]int, len(lines))
	stand := make([]Line, 0, len(lines))
	for _, l := range lines {
		if i, ok := at[l.place()]; ok {
			stand[i] = l
			continue
		}
		at[l.place()] = len(stand)
		stand = append(stand, l)
	}
	return stand
}

// Media names a picture of a line, or a file of another kind, served at
// /api/chat/media/<ref>.
type Media struct {
	Ref  string `json:"ref"`
	Alt  string `json:"alt"`
	Name string `json:"name,omitempty"` // of a file; "" = a picture
	Size int64  `json:"size,omitempty"` // of a file, bytes
}

// Picture is a picture as it is stored.
type Picture struct {
	Type string // image/jpeg, image/png, ...
	Data []byte
}

// Limits of what a shopper sends.
const (
	MaxPhotoBytes = 10 << 20
	maxTextRunes  = 4096 // as in Telegram
	maxKeyBytes   = 64
)
