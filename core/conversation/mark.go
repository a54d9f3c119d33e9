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

// Mark is what became of one Send.
type Mark struct {
	ID           int64
	Conversation int64
	Claim        int64 // of its Lane
	State        SendState
	External     string    // the messenger's id of the message sent
	Over         int64     // the Send whose message was changed to this one; 0: it is a message of its own
	Template     bool      // it went as the template that stands in for it
	Reason       string    // why it was not; never a text of the shopper's
	RetryAt      time.Time // when the lane may send again; zero: at once
	Full         time.Time // state of its chat.Rate from now on; zero: as it was
	Window       time.Time // for Waiting: the lane's, as it was claimed; zero: it waits for people to give the chat back
	Release      bool      // the lane is given back
}

// SendState is the state a Mark leaves its message in.
type SendState string

// Retry leaves the message pending, and so does Waiting when what it waits for has come
// since the lane was claimed: the person has written, or people have given the chat back. The
// others are final, but for what the messenger tells later, see Status.
const (
	Sent    SendState = "sent"
	Retry   SendState = "pending"
	Waiting SendState = "waiting"
	Failed  SendState = "failed"
	Unknown SendState = "unknown"
)

// MarkSends records results of several chats of a channel in one transaction,
// gives back the lanes that are not needed any more, and returns the conversations
// whose lanes are still held long enough for one more message of 15 seconds.
func (s *Service) MarkSends(ctx context.Context, now time.Time, of chat.Channel, marks []Mark) (held []int64, err error) {
	marks = slices.SortedFunc(slices.Values(marks), func(a, b Mark) int { return cmp.Compare(a.Conversation, b.Conversation) })
	n := len(marks)
	ids, lanes, claims := make([]int64, n), make([]int64, n), make([]int64, n)
	states, externals, reasons := make([]string, n), make([]string, n), make([]string, n)
	retries, fulls, releases, overs := make([]*time.Time, n), make([]*time.Time, n), make([]bool, n), make([]int64, n)
	var wait waits
	for i, m := range marks {
		ids[i], lanes[i], states[i], externals[i], reasons[i] = m.ID, m.Conversation, string(m.State), m.External, m.Reason
		releases[i], overs[i], claims[i] = m.Release, m.Over, m.Claim
		if !m.RetryAt.IsZero() {
			retries[i] = &marks[i].RetryAt
		}
		if m.State == Waiting {
			wait.add(m)
			ids[i] = 0 // only its lane is left to give back
		}
		if !m.Full.IsZero() {
			fulls[i] = &marks[i].Full
		}
	}
	var rows *[]heldRow
	err = s.db.ByIndex(ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := wait.write(ctx, tx); err != nil {
			return err
		}
		var b storage.Batch
		if of == chat.Webchat { // a line is read when it is marked: by now people may have the chat
			b.Exec(qStatusLanes, ids, string(of))
			b.Exec(qSendHold, lanes, ids)
		}
		markTemplates(&b, of, marks)
		rows = storage.Queue[heldRow](&b, qSendMark, ids, lanes, states, externals, reasons, retries, releases, now, of == chat.Webchat, overs, fulls, claims)
		return b.Send(ctx, tx)
	})
	if err != nil {
		return nil, fmt.Errorf("mark %d messages: %w", n, err)
	}
	for _, r := range *rows {
		held = append(held, r.ID)
	}
	return held, nil
}

type heldRow struct {
	ID int64 `db:"id"`
}

// FailAll gives up on everything pending for a chat: the person blocked the
// bot. What is said to them later is written and failed the same way.
func (s *Service) FailAll(ctx context.Context, conversation int64, reason string) error {
	_, err := s.db.Exec(ctx, qSendFailAll, conversation, reason)
	return err
}
