package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// takes gives the first conversation to one of the staff, who says something in it.
func (h *house) takes(t *testing.T, texts ...string) {
	t.Helper()
	err := h.db.InTx(context.WithoutCancel(t.Context()), func(ctx context.Context, tx storage.Tx) error {
		by, err := storage.Value[int64](ctx, tx, `insert into staff (name, roles, created_at) values ('Анна', '{operator}', $1) returning id`, noon)
		if err != nil {
			return err
		}
		if err := h.conv.TakeTx(ctx, tx, noon, conversation.Taking{Conversation: 1, Staff: by, Queue: "support"}); err != nil {
			return err
		}
		for i, text := range texts {
			r := conversation.Reply{Conversation: 1, Staff: by, Key: fmt.Sprint(i), Text: text, Seen: 9, Mark: func(chat.Channel, string) string { return "" }}
			if err := h.conv.ReplyTx(ctx, tx, noon, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// takenUp gives the conversation back to the bot.
func (h *house) takenUp(t *testing.T) {
	t.Helper()
	var b storage.Batch
	conversation.QueueTakeUps(&b, time.Now(), []conversation.Back{{Conversation: 1}})
	if err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// TestDeliverOfAHolder: while somebody has the conversation theirs alone is sent; what
// the bot had said waits and goes when it is given back.
func TestDeliverOfAHolder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.says(t, 1, "вопрос", "новость")
	h.takes(t, "Добрый день", "Чем помочь?")
	d := h.deliver()
	for range 4 { // one message a step
		mustStep(t, d.Step, noon)
	}
	want := []string{"Добрый день", "Чем помочь?"}
	if diff := cmp.Diff(want, h.heard(1)); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"sent": 2, "waiting people": 2}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
	h.takenUp(t)
	mustStep(t, d.Step, noon)
	if diff := cmp.Diff(append(want, "вопрос", "новость"), h.heard(1)); diff != "" {
		t.Errorf("given back (-want +got):\n%s", diff)
	}
}

// interrupted is an adapter that has somebody take the conversation while its first
// message is on its way.
type interrupted struct {
	bots.Adapter
	take func()
}

func (i interrupted) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	defer i.take()
	return i.Adapter.Send(ctx, peer, id, w)
}

// TestTakenWhileSending: of what was claimed before somebody took the conversation only
// the message on its way is sent, and the chat is free for theirs at once.
func TestTakenWhileSending(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.says(t, 1, "а", "б", "в")
	take := sync.OnceFunc(func() { h.takes(t, "Добрый день") })
	d := NewDeliver(h.conv, interrupted{h.bot, take}, chat.Rates{}, func() {}, func() time.Time { return noon }, slog.New(slog.DiscardHandler))
	for range 4 {
		mustStep(t, d.Step, noon)
	}
	if diff := cmp.Diff([]string{"а", "Добрый день"}, h.heard(1)); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"sent": 2, "waiting people": 2}, h.states(t)); diff != "" {
		t.Errorf("outbox (-want +got):\n%s", diff)
	}
}

// TestDoubtOutlivesATakeover: what may have been delivered before somebody took the
// conversation is tried once more after they give it back, and not as if it were new.
func TestDoubtOutlivesATakeover(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.says(t, 1, "вопрос")
	if _, err := h.db.Exec(t.Context(), `update outbox_open set reason = 'unknown_outcome', attempts = 1`); err != nil {
		t.Fatal(err)
	}
	h.takes(t, "Добрый день")
	d := h.deliver()
	for range 3 {
		mustStep(t, d.Step, noon)
	}
	h.takenUp(t)
	doubted, err := storage.Value[int64](t.Context(), h.db, `select count(*) from outbox_open where state = 'pending' and reason = 'unknown_outcome'`)
	if doubted != 1 || err != nil {
		t.Errorf("the outbox is %v, %v", h.states(t), err)
	}
}
