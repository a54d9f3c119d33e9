package topic

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Answer is what the bot says to somebody in the group, or in their chat with it. It
// holds nothing of a shopper's.
type Answer struct {
	ID      int64  `db:"id"`
	Key     string `db:"key"` // said once
	Chat    int64  `db:"chat_id"`
	Thread  int64  `db:"thread_id"`
	ReplyTo int64  `db:"reply_to"` // message that it answers, 0: none
	Text    string `db:"text"`
	NotesOf int64  `db:"notes_of"` // conversation whose notes are told in place of Text
	Anyway  int64  `db:"anyway"`   // message in the thread whose held words a key under it sends
}

// Tell keeps an answer to be said.
func Tell(ctx context.Context, q storage.Querier, now time.Time, a Answer) error {
	if _, err := q.Exec(ctx, qAnswerAdd, a.Key, a.Chat, a.Thread, a.ReplyTo, a.Text, storage.OrNull(a.NotesOf), storage.OrNull(a.Anyway), now); err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return nil
}

// Next is the oldest answer that is not said yet; ok is false when there is none.
func Next(ctx context.Context, q storage.Querier) (a Answer, ok bool, err error) {
	rows, err := storage.Collect[Answer](ctx, q, qAnswerNext)
	if err != nil || len(rows) == 0 {
		return a, false, err
	}
	return rows[0], true, nil
}

// Told keeps that an answer was said.
func Told(ctx context.Context, q storage.Querier, now time.Time, id int64) error {
	if _, err := q.Exec(ctx, qAnswerTold, id, now); err != nil {
		return fmt.Errorf("keep that answer %d was said: %w", id, err)
	}
	return nil
}

// FirstTx says whether an update of the bot is carried out for the first time; from its
// commit on it is not.
func FirstTx(ctx context.Context, tx storage.Tx, now time.Time, account string, update int64) (bool, error) {
	tag, err := tx.Exec(ctx, qUpdateAdd, account, update, now)
	if err != nil {
		return false, fmt.Errorf("keep update %d: %w", update, err)
	}
	return tag.RowsAffected() > 0, nil
}

// Telegram numbers updates anew after a week of silence. What was told once, as that
// strangers are not heard, may be told again after a month. Who has not sent their words
// for a day means others by now.
var retentions = []storage.Retention{
	{Kept: 6 * 24 * time.Hour, Delete: qUpdatesForget, Eldest: qUpdatesEldest},
	{Kept: 30 * 24 * time.Hour, Delete: qAnswersForget, Eldest: qAnswersEldest},
	{Kept: 24 * time.Hour, Delete: qHeldForget, Eldest: qHeldEldest},
}

// ForgetStep deletes what nobody asks for any more.
func ForgetStep(ctx context.Context, db *storage.DB, now time.Time) (worked bool, next time.Time, err error) {
	for _, r := range retentions {
		worked, due, err := r.Step(ctx, db, now)
		if err != nil || worked {
			return worked, due, err
		}
		if next.IsZero() || !due.IsZero() && due.Before(next) {
			next = due
		}
	}
	return false, next, nil
}
