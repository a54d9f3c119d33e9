package support

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Note is what one of the staff wrote down about a conversation, for the staff alone.
type Note struct {
	ID    int64     `json:"id"`
	Staff int64     `json:"staff"`
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
}

// sealedAs is what a note is sealed as, under the key of the person it is about: it
// goes when they are erased.
const sealedAs = "note"

// WriteTx keeps a note beside a conversation of the person with the key, and returns its id.
func WriteTx(ctx context.Context, tx storage.Tx, now time.Time, conversation, staff int64, key seal.Key, text string) (int64, error) {
	id, err := storage.Value[int64](ctx, tx, qNoteAdd, conversation, staff, key.Seal(sealedAs, []byte(text)), now)
	if err != nil {
		err = fmt.Errorf("note about conversation %d: %w", conversation, err)
	}
	return id, err
}

// Notes are up to limit notes about a conversation, newest first, behind the one with the
// id after (0: from the newest).
func Notes(ctx context.Context, q storage.Querier, conversation int64, key seal.Key, after int64, limit int) ([]Note, error) {
	rows, err := storage.Collect[noteRow](ctx, q, qNotes, conversation, after, limit)
	if err != nil {
		return nil, fmt.Errorf("notes about conversation %d: %w", conversation, err)
	}
	notes := make([]Note, 0, len(rows))
	for _, r := range rows {
		text, err := key.Open(sealedAs, r.Sealed)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("note %d", r.ID), err)
		}
		notes = append(notes, Note{ID: r.ID, Staff: r.Staff, At: r.At, Text: string(text)})
	}
	return notes, nil
}

type noteRow struct {
	ID     int64     `db:"id"`
	Staff  int64     `db:"staff_id"`
	At     time.Time `db:"at"`
	Sealed []byte    `db:"sealed"`
}
