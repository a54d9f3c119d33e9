package conversation

import (
	"context"
	"slices"
	"time"

	"besedka/core/chat"
	"besedka/storage"
)

// openWindows lets us write to whom has just written, where the messenger asks
// for that, and what waited for it goes on its way. The window is opened first:
// who finds it closed meanwhile and has a message wait, see qSendWait, does so
// before, and the message is found.
func openWindows(b *storage.Batch, of chat.Channel, list []*arrived) {
	lasts := chat.CapsOf(of).Window
	if lasts == 0 || len(list) == 0 {
		return
	}
	last := map[int64]time.Time{}
	for _, r := range list {
		if r.at.After(last[r.conversation]) {
			last[r.conversation] = r.at
		}
	}
	var conversations []int64
	for c := range last {
		conversations = append(conversations, c)
	}
	slices.Sort(conversations)
	untils := make([]time.Time, len(conversations))
	for i, c := range conversations {
		untils[i] = last[c].Add(lasts)
	}
	b.Exec(qWindowOpen, conversations, untils)
	b.Exec(qWaitingGo, conversations)
}

// Shut says whether the messenger does not let us write at now: its window has
// closed.
func (l Lane) Shut(now time.Time) bool { return !l.Window.IsZero() && !l.Window.After(now) }

// waits gathers the marks of messages that wait: for the person to write, or for
// people to give the conversation back.
type waits struct {
	conversations, ids []int64
	windows            []time.Time
	reasons            []string
	held, heldIDs      []int64
}

func (w *waits) add(m Mark) {
	if m.Window.IsZero() {
		w.held, w.heldIDs = append(w.held, m.Conversation), append(w.heldIDs, m.ID)
		return
	}
	w.conversations, w.windows, w.ids = append(w.conversations, m.Conversation), append(w.windows, m.Window), append(w.ids, m.ID)
	w.reasons = append(w.reasons, m.Reason)
}

func (w *waits) write(ctx context.Context, q storage.Querier) error {
	if len(w.ids) > 0 {
		if _, err := q.Exec(ctx, qSendWait, w.conversations, w.windows, w.ids, w.reasons); err != nil {
			return err
		}
	}
	if len(w.heldIDs) == 0 {
		return nil
	}
	_, err := q.Exec(ctx, qSendHold, w.held, w.heldIDs)
	return err
}
