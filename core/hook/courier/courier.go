package courier

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"besedka/core/conversation"
	"besedka/core/hook"
	"besedka/core/outside"
	"besedka/core/seal"
	"besedka/storage"
)

const (
	lease      = time.Minute      // longer than an attempt may take
	patience   = 15 * time.Second // from the first packet to the last byte of the answer
	atOnce     = 4                // attempts in hand of one endpoint; of one that fails, one
	firstPause = 5 * time.Second  // before an event is tried again; then four times as long
	maxPause   = time.Hour
	failsFor   = 24 * time.Hour         // that an endpoint takes nothing: it is paused
	mostTries  = 72                     // that fit into hook.MostWait: what waited for a paused endpoint begins anew, see hook.ResumeTx
	busy       = 200 * time.Millisecond // when to look again for what waits for others of its endpoint
)

// Config is what a Courier is made of.
type Config struct {
	DB      *storage.DB
	Keys    *seal.Keyring
	Door    *conversation.Service
	Private []string // hosts that may stand in a network of ours, see hook.Service
	Offline bool     // a rehearsal: nobody of the internet is told
	Log     *slog.Logger
}

// Courier brings events to endpoints.
type Courier struct {
	Config
	internet, nearby *http.Client
}

// New returns a Courier.
func New(c Config) *Courier {
	return &Courier{Config: c, internet: outside.New(outside.OnlyPublic, patience, atOnce), nearby: outside.New(nil, patience, atOnce)}
}

// parcel is an event in hand, for one endpoint.
type parcel struct {
	Endpoint int64  `db:"endpoint_id"`
	URL      string `db:"url"`
	Texts    bool   `db:"texts"`
	hook.Sealed
	Event        int64     `db:"event_id"`
	Public       string    `db:"public"`
	Kind         hook.Kind `db:"kind"`
	Conversation int64     `db:"conversation_id"`
	Member       int64     `db:"member_id"`
	Channel      string    `db:"channel"`
	Staff        int64     `db:"staff_id"`
	Queue        string    `db:"queue"`
	Inbox        int64     `db:"inbox_id"`
	Said         string    `db:"said"`
	Reason       string    `db:"reason"`
	At           time.Time `db:"at"`
	Attempts     int       `db:"attempts"` // with this one
}

// Step makes one attempt that is due. next is when the next one may be.
func (c *Courier) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	next, err = storage.Earliest(ctx, c.DB, qNext)
	if err != nil || next.IsZero() { // as nearly always
		return false, next, err
	}
	me, err := c.DB.Session(ctx)
	if err != nil {
		return false, time.Time{}, err
	}
	due, err := storage.Collect[parcel](ctx, c.DB, qClaim, now, now.Add(lease), me, atOnce)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("claim an event for a webhook: %w", err)
	}
	if len(due) == 0 && !next.After(now) {
		return false, now.Add(busy), nil
	}
	for _, p := range due {
		worked, next = true, time.Time{}
		if err := c.carry(ctx, now, p); err != nil {
			return false, time.Time{}, fmt.Errorf("event %d to webhook %d: %w", p.Event, p.Endpoint, err)
		}
	}
	return worked, next, nil
}

// carry makes an attempt and writes down what came of it. One that was stopped half way
// is made again by whoever comes next: the receiver knows the event by its id.
func (c *Courier) carry(ctx context.Context, now time.Time, p parcel) error {
	body, err := c.body(ctx, p)
	if err != nil {
		return err
	}
	status, err := c.post(ctx, now, p, body)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil || !taken(status) {
		c.Log.WarnContext(ctx, "a webhook did not take an event", "webhook", p.Endpoint, "event", p.Public, "attempt", p.Attempts, "status", status, "err", err)
	}
	return c.settle(ctx, now, p, outcome(status, err), status)
}

func taken(status int) bool { return status >= 200 && status < 300 }

func outcome(status int, err error) hook.Outcome {
	switch {
	case err != nil:
		return hook.Unreachable
	case taken(status):
		return hook.Told
	case status == http.StatusGone:
		return hook.TurnedOff
	}
	return hook.Refused
}

// settle writes down what came of an attempt, in one statement that does nothing when the
// event is in another hand by now.
func (c *Courier) settle(ctx context.Context, now time.Time, p parcel, o hook.Outcome, status int) error {
	var err error
	switch {
	case o == hook.Told:
		_, err = c.DB.Exec(ctx, qTold, p.Endpoint, p.Conversation, p.Event, p.Attempts, now, status)
	case o == hook.TurnedOff:
		_, err = c.DB.Exec(ctx, qGone, p.Endpoint, p.Conversation, p.Event, p.Attempts, now, status)
	case now.Sub(p.At) > hook.MostWait && p.Attempts >= mostTries:
		_, err = c.DB.Exec(ctx, qGiveUp, p.Endpoint, p.Conversation, p.Event, p.Attempts, now, status)
	default:
		_, err = c.DB.Exec(ctx, qFailed, p.Endpoint, p.Conversation, p.Event, p.Attempts, now, o, status, now.Add(pause(p.Attempts)), now.Add(-failsFor))
	}
	if err != nil {
		return fmt.Errorf("write down an attempt: %w", err)
	}
	return nil
}

// pause is how long to wait after so many attempts: 5 s, 20 s, 80 s, 5 min, 21 min, 1 h.
func pause(attempts int) time.Duration {
	return min(maxPause, firstPause<<min(2*(attempts-1), 20))
}
