package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/storage"
)

// LanePrefix is how many messages of one chat are leased at a time.
const LanePrefix = 20

// Lane is one chat whose messages this process may send, in order, while it
// holds the lease. A lease lasts 30 seconds; it ends sooner when the process or
// its session with the database does. A process that only lost its session may
// have a message on its way then, which another one sends again.
type Lane struct {
	Conversation int64
	Channel      chat.Channel
	Peer         string
	Full         time.Time // state of its chat.Rate
	Low          bool      // nobody waits for what it is to hear
	Window       time.Time // when we may write no more, zero: always; see Shut
	Held         bool      // somebody of the staff has the conversation: the bot says nothing
	Messages     []Send

	look int // at what its Hand had, see Missed
}

// Send is one wire message to deliver.
type Send struct {
	ID       int64
	Wire     chat.Wire
	Staff    int64  // who of the staff wrote it, 0: the bot
	Low      bool   // nobody waits for it, though they may for another one of its Lane
	Attempts int    // before this one
	Reason   string // of the last Mark, "" before the first
}

// ClaimSends leases up to limit chats of a channel that have something to send, those that
// people wait in first, then by the age of their oldest message, with the beginning
// of each one's queue; none of those in hand. They are in hand from then on.
func (s *Service) ClaimSends(ctx context.Context, now time.Time, of chat.Channel, limit int, hand *Hand) ([]Lane, error) {
	rows, look, err := s.leaseSends(ctx, now, of, limit, hand)
	if err != nil {
		return nil, fmt.Errorf("claim chats to send to: %w", err)
	}
	lanes, err := s.openSends(ctx, now, rows, look)
	hand.keep(rows, lanes)
	return lanes, err
}

// openSends makes lanes of rows, which are in their order.
func (s *Service) openSends(ctx context.Context, now time.Time, rows []sendRow, look int) (lanes []Lane, err error) {
	var wires seal.Alike[chat.Wire]
	for _, r := range rows {
		more, err := s.addSend(lanes, r, &wires)
		if err != nil {
			if err := s.failSend(ctx, now, r, err); err != nil {
				return nil, err
			}
			continue
		}
		lanes = more
		lanes[len(lanes)-1].look = look
	}
	return lanes, nil
}

// leaseSends takes rows in hand, still sealed: others claim while they are opened.
func (s *Service) leaseSends(ctx context.Context, now time.Time, of chat.Channel, limit int, hand *Hand) (rows []sendRow, look int, err error) {
	hand.claim.Lock()
	defer hand.claim.Unlock()
	held, look := hand.look()
	err = s.db.InSession(ctx, func(ctx context.Context, q storage.Querier, me int64) (err error) {
		rows, err = storage.Collect[sendRow](ctx, q, qSendClaim, now, of, limit, LanePrefix, me, held)
		return err
	})
	hand.take(rows)
	return rows, look, err
}

// failSend gives up on a message that cannot be read: left as it is, it would
// stop the chats that are claimed beside it, again and again.
func (s *Service) failSend(ctx context.Context, now time.Time, r sendRow, cause error) error {
	s.log.ErrorContext(ctx, "a message cannot be read and is not sent", "outbox", r.ID, "conversation", r.Conversation, "err", cause)
	mark := Mark{ID: r.ID, Conversation: r.Conversation, State: Failed, Reason: "unreadable"}
	_, err := s.MarkSends(ctx, now, chat.Channel(r.Channel), []Mark{mark})
	return err
}

func names(channels []chat.Channel) []string {
	list := make([]string, len(channels))
	for i, c := range channels {
		list[i] = string(c)
	}
	return list
}

func (s *Service) addSend(lanes []Lane, r sendRow, wires *seal.Alike[chat.Wire]) ([]Lane, error) {
	key, err := s.keys.Unwrap(r.WrappedKey)
	if err != nil {
		return nil, err
	}
	wire, err := wires.Open(key, "outbox", r.Sealed)
	if err != nil {
		return nil, err
	}
	if n := len(lanes); n == 0 || lanes[n-1].Conversation != r.Conversation {
		peer, err := key.Open("peer", r.SealedPeer)
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, Lane{
			Conversation: r.Conversation, Channel: chat.Channel(r.Channel), Peer: string(peer), Full: r.Full, Low: r.Priority == Low, Held: r.Held,
		})
		if r.Window != nil {
			lanes[len(lanes)-1].Window = *r.Window
		}
	}
	last := &lanes[len(lanes)-1]
	last.Messages = append(last.Messages, Send{ID: r.ID, Wire: wire, Staff: r.Staff, Low: r.Own == Low, Attempts: r.Attempts, Reason: r.Reason})
	return lanes, nil
}

func openWire(key seal.Key, sealed []byte) (w chat.Wire, err error) {
	err = key.OpenJSON("outbox", sealed, &w)
	return w, err
}

type sendRow struct {
	ID           int64      `db:"id"`
	Conversation int64      `db:"conversation_id"`
	Channel      string     `db:"channel"`
	Full         time.Time  `db:"full_at"`
	Window       *time.Time `db:"window_until"`
	Held         bool       `db:"held"`
	Staff        int64      `db:"staff_id"`
	Priority     int16      `db:"priority"` // of the chat
	Own          int16      `db:"own"`
	Attempts     int        `db:"attempts"`
	Reason       string     `db:"reason"`
	Sealed       []byte     `db:"sealed"`
	SealedPeer   []byte     `db:"sealed_peer"`
	WrappedKey   []byte     `db:"wrapped_key"`
}

// ReleaseLanes gives chats back before their lease ends.
func (s *Service) ReleaseLanes(ctx context.Context, conversations []int64) error {
	return s.db.InSession(ctx, func(ctx context.Context, q storage.Querier, me int64) error {
		_, err := q.Exec(ctx, qLaneRelease, conversations, me)
		return err
	})
}

// NextSend is when after now a throttled chat with something to send may be
// tried again; zero when none waits.
func (s *Service) NextSend(ctx context.Context, now time.Time) (time.Time, error) {
	next, err := storage.Value[time.Time](ctx, s.db, qSendNext, now)
	if errors.Is(err, storage.ErrNotFound) {
		return time.Time{}, nil
	}
	return next, err
}
