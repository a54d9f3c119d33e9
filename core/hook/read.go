package hook

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"besedka/core/staff"
	"besedka/storage"
)

// List are all endpoints, in the order they were made.
func List(ctx context.Context, q storage.Querier) ([]Endpoint, error) {
	all, err := storage.Collect[Endpoint](ctx, q, qList)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return all, nil
}

// Show is one of them, else storage.ErrNotFound.
func Show(ctx context.Context, q storage.Querier, id int64) (Endpoint, error) {
	e, err := storage.One[Endpoint](ctx, q, qOne, id)
	if err != nil {
		err = fmt.Errorf("webhook %d: %w", id, err)
	}
	return e, err
}

// Outcome is what came of an attempt.
type Outcome string

// The outcomes. What is given up waited for MostWait and holds up its conversation no
// longer.
const (
	Told        Outcome = "told"
	Refused     Outcome = "refused" // by an answer of another status
	Unreachable Outcome = "unreachable"
	TurnedOff   Outcome = "gone" // by 410
	GivenUp     Outcome = "given_up"
)

// MostWait is for how long an event is tried.
const MostWait = 3 * 24 * time.Hour

// Attempt is one try to tell an endpoint of an event.
type Attempt struct {
	ID           int64     `db:"id" json:"id"`
	Event        string    `db:"event" json:"event"` // as the receiver knows it: webhook-id
	Kind         Kind      `db:"kind" json:"type"`
	Conversation int64     `db:"conversation_id" json:"conversation"`
	Attempt      int       `db:"attempt" json:"attempt"`
	Outcome      Outcome   `db:"outcome" json:"outcome"`
	Status       int       `db:"status" json:"status,omitempty"` // of HTTP; 0: there was no answer
	At           time.Time `db:"at" json:"at"`
}

// Attempts are up to limit attempts before one, the newest first; 0 begins at the end.
func Attempts(ctx context.Context, q storage.Querier, id, before int64, limit int) ([]Attempt, error) {
	all, err := storage.Collect[Attempt](ctx, q, qAttempts, id, before, limit)
	if err != nil {
		return nil, fmt.Errorf("attempts of webhook %d: %w", id, err)
	}
	return all, nil
}

// Again is what an endpoint is told once more: one event, or all since an instant that it
// wants and that are kept.
type Again struct {
	Event string
	Since time.Time
}

// AgainTx tells events once more and returns how many. They come under the ids they had.
func AgainTx(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64, a Again) (int64, error) {
	if _, err := storage.One[Endpoint](ctx, tx, qOne, id); err != nil {
		return 0, fmt.Errorf("webhook %d: %w", id, err)
	}
	sql, which := qAgainSince, any(a.Since)
	if a.Event != "" {
		sql, which = qAgainOne, uuidOf(a.Event)
	}
	done, err := tx.Exec(ctx, sql, id, which, now)
	if err != nil {
		return 0, fmt.Errorf("tell webhook %d again: %w", id, err)
	}
	n := done.RowsAffected()
	return n, audit(ctx, tx, now, by, "again", id, map[string]any{"events": n})
}

var eventShape = regexp.MustCompile(`^evt_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

// uuidOf is what the table knows an event by; of a text that names none it is nil, as no event is.
func uuidOf(event string) *string {
	m := eventShape.FindStringSubmatch(event)
	if m == nil {
		return nil
	}
	return &m[1]
}

// Broken is how many endpoints are told nothing because they took nothing, or wanted
// nothing any more.
func Broken(ctx context.Context, q storage.Querier) (int64, error) {
	n, err := storage.Value[int64](ctx, q, qNews)
	if err != nil {
		return 0, fmt.Errorf("count webhooks that are paused: %w", err)
	}
	return n, nil
}
