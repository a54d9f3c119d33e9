package conversation

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// Entry is one thing said in a conversation, as people read it back: In for the
// person's own, Wire for what was said to them.
type Entry struct {
	At     time.Time
	Key    string // of the person's: an edit names it
	In     *chat.Inbound
	Wire   *chat.Wire
	ID     string    // of what was said to them, by the messenger: a reaction names it
	State  SendState // of what was said to them
	Reason string    // why it was not sent
	Staff  int64     // who of the staff said it, 0: the bot
	cursor Cursor
}

// Cursor is a place in the history of a conversation; the zero value is its end.
type Cursor struct {
	At   time.Time
	Said bool // beside the outbox's rows, not the inbox's
	ID   int64
}

// String is the cursor as ParseCursor reads it.
func (c Cursor) String() string {
	side := "i"
	if c.Said {
		side = "o"
	}
	return fmt.Sprintf("%d%s%d", c.At.UnixMicro(), side, c.ID)
}

// ParseCursor reads a cursor back; "" is the end.
func ParseCursor(text string) (c Cursor, ok bool) {
	if text == "" {
		return c, true
	}
	i := strings.IndexAny(text, "io")
	if i < 0 {
		return c, false
	}
	at, err := strconv.ParseInt(text[:i], 10, 64)
	id, wrong := strconv.ParseInt(text[i+1:], 10, 64)
	return Cursor{At: time.UnixMicro(at), Said: text[i] == 'o', ID: id}, err == nil && wrong == nil
}

// History reads up to limit entries that were said before a cursor, newest first.
// next is where to go on, the zero value at the beginning of the conversation.
// storage.ErrNotFound when there is no such conversation, or its person is forgotten.
func (s *Service) History(ctx context.Context, conversation int64, before Cursor, limit int) (all []Entry, next Cursor, err error) {
	fail := func(err error) ([]Entry, Cursor, error) {
		return nil, next, fmt.Errorf("history of conversation %d: %w", conversation, err)
	}
	_, key, err := s.Person(ctx, conversation)
	if err != nil {
		return fail(err)
	}
	rows, err := storage.Collect[entryRow](ctx, s.db, qHistory, conversation, before.end(), before.Said, before.ID, limit+1)
	if err != nil {
		return fail(err)
	}
	for _, r := range rows[:min(len(rows), limit)] {
		e, err := r.entry(key)
		if err != nil {
			return fail(err)
		}
		all, next = append(all, e), e.cursor
	}
	if len(rows) <= limit {
		next = Cursor{}
	}
	return all, next, nil
}

// Person is the subject of a conversation and its key: storage.ErrNotFound when there
// is none any more.
func (s *Service) Person(ctx context.Context, conversation int64) (subject int64, key seal.Key, err error) {
	r, err := storage.One[personRow](ctx, s.db, qPerson, conversation)
	if err != nil {
		return 0, key, err
	}
	if key, err = s.keys.Unwrap(r.WrappedKey); errors.Is(err, seal.ErrErased) {
		err = fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return r.Subject, key, err
}

type personRow struct {
	Subject    int64  `db:"subject_id"`
	WrappedKey []byte `db:"wrapped_key"`
}

// end is the instant that the cursor stands at, for a query.
func (c Cursor) end() any {
	if c.At.IsZero() {
		return "infinity"
	}
	return c.At
}

type entryRow struct {
	Said     bool      `db:"said"`
	ID       int64     `db:"id"`
	At       time.Time `db:"at"`
	Key      string    `db:"key"`
	Sealed   []byte    `db:"sealed"`
	External string    `db:"external"`
	State    string    `db:"state"`
	Reason   string    `db:"reason"`
	Staff    int64     `db:"staff_id"`
	Template bool      `db:"as_template"`
}

func (r entryRow) entry(key seal.Key) (Entry, error) {
	e := Entry{At: r.At, ID: r.External, State: SendState(r.State), Reason: r.Reason, Staff: r.Staff, cursor: Cursor{r.At, r.Said, r.ID}}
	if r.Said {
		wire, err := openWire(key, r.Sealed)
		if r.Template && wire.Template != nil {
			wire = chat.Wire{Text: wire.Template.Text}
		}
		wire.Template = nil
		e.Wire = &wire
		return e, err
	}
	var w Wake
	err := key.OpenJSON("inbox", r.Sealed, &w)
	e.In, e.Key = w.Chat, r.Key[strings.LastIndexByte(r.Key, '/')+1:]
	return e, err
}
