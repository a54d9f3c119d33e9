package conversation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	Claim        int64 // that it was leased with
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
	claimed, look, err := s.claimLanes(ctx, now, of, limit, hand)
	if err != nil {
		return nil, fmt.Errorf("claim chats to send to: %w", err)
	}
	if len(claimed) == 0 {
		return nil, nil
	}
	lanes, err := s.openClaimed(ctx, now, of, claimed)
	for i := range lanes {
		lanes[i].look = look
	}
	if idle := without(conversations(claimed), lanes); len(idle) > 0 { // nobody sends to them
		defer hand.Drop(idle...)
		err = errors.Join(err, s.ReleaseLanes(context.WithoutCancel(ctx), claimed[0].Claim, idle))
	}
	if err != nil { // what has a lane would stay in hand
		hand.Drop(conversations(claimed)...)
		return nil, err
	}
	return lanes, nil
}

// wordsTimeout is how much of a lease may go by until its words are there. A lane goes on for
// 10 seconds, and its last message takes 15.
const wordsTimeout = 4 * time.Second

// openClaimed makes lanes of claimed chats, but for those whose messages cannot be read.
func (s *Service) openClaimed(ctx context.Context, now time.Time, of chat.Channel, claimed []claimedRow) ([]Lane, error) {
	soon, cancel := context.WithTimeout(ctx, wordsTimeout)
	defer cancel()
	rows, err := s.claimedWords(soon, claimed)
	if err != nil {
		return nil, fmt.Errorf("read what is to be sent: %w", err)
	}
	return s.openSends(ctx, now, of, rows)
}

// without leaves out the chats that have a lane.
func without(chats []int64, lanes []Lane) []int64 {
	sent := make(map[int64]bool, len(lanes))
	for _, l := range lanes {
		sent[l.Conversation] = true
	}
	return slices.DeleteFunc(chats, func(c int64) bool { return sent[c] })
}

// openSends makes lanes of rows, which are in their order.
func (s *Service) openSends(ctx context.Context, now time.Time, of chat.Channel, rows []sendRow) (lanes []Lane, err error) {
	var wires seal.Alike[chat.Wire]
	for _, r := range rows {
		more, err := s.addSend(lanes, of, r, &wires)
		if err != nil {
			if err := s.failSend(ctx, now, of, r, err); err != nil {
				return nil, err
			}
			continue
		}
		lanes = more
	}
	return lanes, nil
}

// claimLanes looks and takes at once: no other worker of the process claims meanwhile.
func (s *Service) claimLanes(ctx context.Context, now time.Time, of chat.Channel, limit int, hand *Hand) (_ []claimedRow, look int, err error) {
	hand.claim.Lock()
	defer hand.claim.Unlock()
	held, look := hand.look()
	var claimed *[]claimedRow
	err = s.db.InSession(ctx, func(ctx context.Context, tx storage.Tx, me int64) error {
		var b storage.Batch
		b.Exec(qSendTurn, of)
		b.Exec(qSendLapsed, of, me)
		claimed = storage.Queue[claimedRow](&b, qSendClaim, now, of, limit, me, held)
		return b.Send(ctx, tx)
	})
	if err != nil {
		return nil, look, err
	}
	rows := byChat(*claimed)
	hand.take(conversations(rows))
	return rows, look, nil
}

// byChat has each chat's messages together, at most LanePrefix of them, the chats in the
// order of their first ones.
func byChat(rows []claimedRow) []claimedRow {
	first := make(map[int64]int, len(rows))
	for i, r := range rows {
		if _, seen := first[r.Conversation]; !seen {
			first[r.Conversation] = i
		}
	}
	slices.SortStableFunc(rows, func(a, b claimedRow) int { return cmp.Compare(first[a.Conversation], first[b.Conversation]) })
	n := 0
	return slices.DeleteFunc(rows, func(r claimedRow) bool {
		if first[r.Conversation] >= 0 { // none of the chat before
			first[r.Conversation], n = -1, 0
		}
		n++
		return n > LanePrefix
	})
}

// claimedWords are the claimed messages in their order, but for those of whoever has been
// erased.
func (s *Service) claimedWords(ctx context.Context, claimed []claimedRow) ([]sendRow, error) {
	ids, subjects := make([]int64, len(claimed)), make([]int64, len(claimed))
	for i, c := range claimed {
		ids[i], subjects[i] = c.Outbox, c.Subject
	}
	var words []wordsRow
	err := s.db.ByIndex(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		words, err = storage.Collect[wordsRow](ctx, tx, qSendWords, ids, subjects)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := make([]sendRow, 0, len(words))
	for _, c := range claimed {
		if len(words) > 0 && words[0].ID == c.Outbox {
			rows = append(rows, sendRow{claimedRow: c, wordsRow: words[0]})
			words = words[1:]
		}
	}
	return rows, nil
}

func conversations(claimed []claimedRow) []int64 {
	ids := make([]int64, len(claimed))
	for i, c := range claimed {
		ids[i] = c.Conversation
	}
	return slices.Compact(ids)
}

// failSend gives up on a message that cannot be read: left as it is, it would
// stop the chats that are claimed beside it, again and again.
func (s *Service) failSend(ctx context.Context, now time.Time, of chat.Channel, r sendRow, cause error) error {
	s.log.ErrorContext(ctx, "a message cannot be read and is not sent", "outbox", r.ID, "conversation", r.Conversation, "err", cause)
	mark := Mark{ID: r.ID, Conversation: r.Conversation, Claim: r.Claim, State: Failed, Reason: "unreadable"}
	_, err := s.MarkSends(ctx, now, of, []Mark{mark})
	return err
}

func names(channels []chat.Channel) []string {
	list := make([]string, len(channels))
	for i, c := range channels {
		list[i] = string(c)
	}
	return list
}

func (s *Service) addSend(lanes []Lane, of chat.Channel, r sendRow, wires *seal.Alike[chat.Wire]) ([]Lane, error) {
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
			Conversation: r.Conversation, Claim: r.Claim, Channel: of, Peer: string(peer), Full: r.Full, Low: r.Priority == Low, Held: r.Held,
		})
		if r.Window != nil {
			lanes[len(lanes)-1].Window = *r.Window
		}
	}
	last := &lanes[len(lanes)-1]
	last.Messages = append(last.Messages, Send{ID: r.ID, Wire: wire, Staff: r.Staff, Low: r.Priority == Low, Attempts: r.Attempts, Reason: r.Reason})
	return lanes, nil
}

func openWire(key seal.Key, sealed []byte) (w chat.Wire, err error) {
	err = key.OpenJSON("outbox", sealed, &w)
	return w, err
}

// claimedRow is one message of a chat that was claimed.
type claimedRow struct {
	Claim        int64      `db:"claim"`
	Conversation int64      `db:"conversation_id"`
	Subject      int64      `db:"subject_id"`
	Full         time.Time  `db:"full_at"`
	Window       *time.Time `db:"window_until"`
	Held         bool       `db:"held"`
	Outbox       int64      `db:"outbox_id"`
	Priority     int16      `db:"priority"`
	Attempts     int        `db:"attempts"`
	Reason       string     `db:"reason"`
}

// wordsRow is what it says, sealed.
type wordsRow struct {
	ID         int64  `db:"id"`
	Staff      int64  `db:"staff_id"`
	Sealed     []byte `db:"sealed"`
	SealedPeer []byte `db:"sealed_peer"`
	WrappedKey []byte `db:"wrapped_key"`
}

type sendRow struct {
	claimedRow
	wordsRow
}

// ReleaseLanes gives chats of a claim back before its lease ends.
func (s *Service) ReleaseLanes(ctx context.Context, claim int64, conversations []int64) error {
	_, err := s.db.Exec(ctx, qLaneRelease, claim, conversations)
	return err
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
