package conversation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Line is one line of a web chat: In for the shopper's own, Wire for what was
// said to them.
type Line struct {
	N       int64  // the cursor: a page that has seen it has seen all before it
	Changes int64  // N of the line whose place it takes; 0: none, it stands where it is
	Key     string // of the shopper's line: Message.Key it came under
	In      *chat.Inbound
	Wire    *chat.Wire
	Staff   bool // one of the staff said it
	At      time.Time
}

// Lines reads up to limit lines of a web chat after the cursor, oldest first.
// A conversation that is not a web chat has none.
func (s *Service) Lines(ctx context.Context, conversation, after int64, limit int) ([]Line, error) {
	rows, err := storage.Collect[lineRow](ctx, s.db, qLines, conversation, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read lines of conversation %d: %w", conversation, err)
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		if lines[i], err = s.line(r); err != nil {
			return nil, fmt.Errorf("line %d of conversation %d: %w", r.N, conversation, err)
		}
	}
	return lines, nil
}

// CursorOfNewest is the cursor before the newest lines of a web chat.
func (s *Service) CursorOfNewest(ctx context.Context, conversation int64, lines int) (int64, error) {
	before, err := storage.Value[int64](ctx, s.db, qLinesNewest, conversation, lines)
	if errors.Is(err, storage.ErrNotFound) {
		return 0, nil // there are no more
	}
	if err != nil {
		return 0, fmt.Errorf("find newest lines of conversation %d: %w", conversation, err)
	}
	return before, nil
}

func (s *Service) line(r lineRow) (Line, error) {
	line := Line{N: r.N, Changes: r.Changes, Staff: r.Staff, At: r.At}
	if r.Outbox != nil {
		key, err := s.keys.Unwrap(r.WrappedKey)
		if err != nil {
			return line, err
		}
		wire, err := openWire(key, r.Outbox)
		line.Wire = &wire
		return line, err
	}
	_, w, err := s.openWake(r.WrappedKey, r.Inbox)
	line.Key = r.DedupeKey[strings.LastIndexByte(r.DedupeKey, '/')+1:]
	line.In = w.Chat
	return line, err
}

type lineRow struct {
	N          int64     `db:"n"`
	Changes    int64     `db:"changes"`
	DedupeKey  string    `db:"dedupe_key"`
	Inbox      []byte    `db:"inbox"`
	Outbox     []byte    `db:"outbox"`
	Staff      bool      `db:"staff"`
	At         time.Time `db:"at"`
	WrappedKey []byte    `db:"wrapped_key"`
}

// Turn is one turn as people see it: from which step to which.
type Turn struct {
	Number  int64     `db:"turn_no"`
	StepIn  string    `db:"step_in"`
	StepOut string    `db:"step_out"`
	Release string    `db:"release_id"`
	At      time.Time `db:"at"`
}

// Turns are the latest turns of a conversation, newest first.
func (s *Service) Turns(ctx context.Context, conversation int64, limit int) ([]Turn, error) {
	turns, err := storage.Collect[Turn](ctx, s.db, qTurns, conversation, limit)
	if err != nil {
		return nil, fmt.Errorf("turns of conversation %d: %w", conversation, err)
	}
	return turns, nil
}
