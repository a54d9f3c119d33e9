package member

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"besedka/storage"
)

// EventKind is what happened to a member.
type EventKind string

// What there is.
const (
	EventCame       EventKind = "came"
	EventRegistered EventKind = "registered"
	EventReceipt    EventKind = "receipt"    // What: its state
	EventTwice      EventKind = "submission" // a receipt that was not taken; What: why
	EventPoints     EventKind = "points"     // What: the kind of transaction
	EventCoupons    EventKind = "coupons"    // What: the campaign; Amount: how many
	EventVoided     EventKind = "voided"     // as the one above
	EventPrize      EventKind = "prize"      // What: its name
	EventConsent    EventKind = "consent"    // What: kind; Amount: 1 agreed, 0 took it back
	EventCard       EventKind = "card"
	EventSuspended  EventKind = "suspended"
	EventLifted     EventKind = "lifted"
	EventMerged     EventKind = "merged" // Ref: the other one
	EventUnmerged   EventKind = "unmerged"
	EventAct        EventKind = "act" // of the staff; What: its name in the audit log
)

// Event is one line of a member's history.
type Event struct {
	At       time.Time `db:"at" json:"at"`
	Kind     EventKind `db:"kind" json:"kind"`
	Ref      int64     `db:"ref" json:"ref"` // id of what it is about
	What     string    `db:"what" json:"what,omitempty"`
	Amount   int64     `db:"amount" json:"amount,omitempty"` // kopecks, or minor units of Currency
	Currency string    `db:"currency" json:"currency,omitempty"`
	Channel  string    `db:"channel" json:"channel,omitempty"`
	By       string    `db:"by" json:"by,omitempty"` // of the staff, by name
}

// StoryRows is how many events a page has.
const StoryRows = 30

// StoryCursor is where a page of a story ends: the events behind it are older, or of the same
// instant and behind it in the order of kinds and ids.
type StoryCursor struct {
	At   time.Time
	Kind EventKind
	Ref  int64
}

// String writes a cursor as ParseStoryCursor reads it.
func (c StoryCursor) String() string { return fmt.Sprintf("%d.%d.%s", c.At.UnixMicro(), c.Ref, c.Kind) }

// ErrCursor is the answer to a text that is no cursor.
var ErrCursor = errors.New("no cursor of a story")

// ParseStoryCursor reads where a page begins; "" is the first one, nil.
func ParseStoryCursor(text string) (*StoryCursor, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // the first page
	}
	m := cursorShape.FindStringSubmatch(text)
	if m == nil {
		return nil, ErrCursor
	}
	micros, atErr := strconv.ParseInt(m[1], 10, 64)
	ref, refErr := strconv.ParseInt(m[2], 10, 64)
	if atErr != nil || refErr != nil {
		return nil, ErrCursor
	}
	return &StoryCursor{time.UnixMicro(micros).UTC(), EventKind(m[3]), ref}, nil
}

var cursorShape = regexp.MustCompile(`^(-?[0-9]{1,16})\.([0-9]{1,19})\.([a-z]{1,16})$`)

// Story is a page of what happened to a member, the newest first, and where the page behind it
// begins: nil when there is none. before is nil for the first page. Where partners are named, what
// a receipt has brought is of those made there, and points that no receipt has moved are left out.
func (s *Service) Story(ctx context.Context, member int64, before *StoryCursor, partners ...string) (events []Event, next *StoryCursor, err error) {
	from := StoryCursor{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), "~", math.MaxInt64}
	if before != nil {
		from = *before
	}
	events, err = storage.Collect[Event](ctx, s.db, qStory, member, from.At, from.Kind, from.Ref, StoryRows+1, partners)
	if err != nil {
		return nil, nil, fmt.Errorf("history of member %d: %w", member, err)
	}
	if len(events) > StoryRows {
		events = events[:StoryRows]
		last := events[StoryRows-1]
		next = &StoryCursor{last.At, last.Kind, last.Ref}
	}
	return events, next, nil
}
