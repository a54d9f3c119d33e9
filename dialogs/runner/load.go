package runner

import (
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/seal"
	"besedka/dialogs"
)

// row is everything one turn may know, as the claim loads it.
type row struct {
	Conversation  int64      `db:"conversation_id"`
	Subject       int64      `db:"subject_id"`
	Member        int64      `db:"member_id"`
	Channel       string     `db:"channel"`
	Lang          string     `db:"lang"`
	TurnNo        int64      `db:"turn_no"`
	Release       *string    `db:"release_id"`
	Session       []byte     `db:"session"`
	QueuedAt      *time.Time `db:"queued_at"` // since when people have it, nil: the bot does
	Fence         int64      `db:"fence"`     // of the last taking
	Inbox         int64      `db:"inbox_id"`
	Sealed        []byte     `db:"sealed"`
	ReceivedAt    time.Time  `db:"received_at"`
	Attempts      int        `db:"attempts"`
	Seen          int64      `db:"seen"` // rows that waited when a group claimed this one
	WrappedKey    []byte     `db:"wrapped_key"`
	RegisteredAt  *time.Time `db:"registered_at"`
	Receipts      int64      `db:"receipts"`
	Checking      int64      `db:"checking"`
	LastReceiptAt *time.Time `db:"last_receipt_at"`
	Balance       int64      `db:"balance"` // available
	Held          int64      `db:"held"`
	Pending       int64      `db:"pending"`
	PendingFrom   *time.Time `db:"pending_from"`
	ExpiresAt     *time.Time `db:"expires_at"`
	ExpiresPoints int64      `db:"expires_points"`
	Tier          *string    `db:"tier"` // nil: never another than the lowest
	TierUntil     *time.Time `db:"tier_until"`
	Consents      []string   `db:"consents"`
	Heard         int64      `db:"heard"`      // of an event's turn while people have it: the person's last message before
	Refused       bool       `db:"refused"`    // of a timer's turn: they want to be written nothing unasked
	Answers       []byte     `db:"answers"`    // JSON: member.Told by field
	Others        []int64    `db:"others"`     // the member's other subjects
	OtherKeys     [][]byte   `db:"other_keys"` // and their wrapped keys
}

// open unseals what woke the conversation and where it stands.
func (r *row) open(keys *seal.Keyring) (key seal.Key, s dialogs.Session, w conversation.Wake, err error) {
	if key, err = keys.Unwrap(r.WrappedKey); err != nil {
		return key, s, w, fmt.Errorf("key of subject %d: %w", r.Subject, err)
	}
	if err = key.OpenJSON("inbox", r.Sealed, &w); err != nil {
		return key, s, w, fmt.Errorf("inbox row %d: %w", r.Inbox, err)
	}
	if r.Session != nil {
		if err = key.OpenJSON("session", r.Session, &s); err != nil {
			return key, s, w, fmt.Errorf("session: %w", err)
		}
	}
	return key, s, w, nil
}

// input is what the engine is woken by.
func input(w conversation.Wake) dialogs.Input {
	switch {
	case w.Event != nil:
		return dialogs.Input{Event: &dialogs.Event{Name: w.Event.Name, Args: w.Event.Args, Outcome: w.Event.Outcome, Visit: w.Event.Visit}}
	case w.Timer != nil:
		return dialogs.Input{Timer: true}
	}
	return dialogs.Input{Chat: w.Heard()}
}

func (r *row) channel() chat.Channel { return chat.Channel(r.Channel) }
