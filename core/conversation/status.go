package conversation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// Status is what a messenger tells of a message after it has taken it. Statuses
// come late, repeated, in no order, and may come before the answer to the send.
type Status struct {
	Outbox   int64  // id of the Send
	External string // the messenger's id of the message
	Arrival  Arrived
	Failed   bool
	Reason   string        // of a failure, as in Mark
	Again    bool          // of a failure: to send it again may help
	After    time.Duration // not before that
}

// Arrived is how far a message got; the furthest counts.
type Arrived int

// Taken is all that a send's own answer tells, too.
const (
	Taken Arrived = iota
	Delivered
	Seen
)

// statusTries bounds how often a message that the messenger took and then failed
// is sent again.
const statusTries = 5

// settle writes what became of messages of a channel, in one transaction, and
// says whether any chat may be sent to again. A message in doubt is sent: whoever
// tells its id has it. One that failed after all is failed, or sent again, or
// waits for the person to write. Nothing comes after a failure or takes back a
// delivery, and what is told of a message that was sent again since is of no
// account: the messenger's ids tell them apart.
func (s *Service) settle(ctx context.Context, now time.Time, of chat.Channel, told []Status) (freed bool, err error) {
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(a, b Status) int { return cmp.Compare(a.Outbox, b.Outbox) })
	ids := make([]int64, len(told))
	for i, t := range told {
		ids[i] = t.Outbox
	}
	var b storage.Batch
	var lanes []*[]heldRow
	b.Exec(qStatusLanes, ids, string(of))
	for _, t := range told {
		if t.Failed {
			lanes = append(lanes, storage.Queue[heldRow](&b, qStatusFailed, t.Outbox, t.External, string(of), t.Reason, t.Again, now, now.Add(t.After), statusTries))
		} else {
			lanes = append(lanes, storage.Queue[heldRow](&b, qStatusReached, t.Outbox, t.External, string(of), int(t.Arrival), now))
		}
	}
	if err := s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }); err != nil {
		return false, fmt.Errorf("settle %d messages: %w", len(told), err)
	}
	return slices.ContainsFunc(lanes, func(rows *[]heldRow) bool { return len(*rows) > 0 }), nil
}
