package conversation_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// said is what a conversation has of its person's, by text.
func (h *house) said(id int64) map[string]bool {
	h.Helper()
	all, _, err := h.History(h.Context(), id, conversation.Cursor{}, 100)
	if err != nil {
		h.Fatal(err)
	}
	texts := map[string]bool{}
	for _, e := range all {
		if e.In != nil {
			texts[e.In.Text] = true
		}
	}
	return texts
}

// TestHistory: whatever the size of the pages, all that was said comes once, newest
// first, and nobody else's.
func TestHistory(t *testing.T) {
	t.Parallel()
	h := open(t)
	arrive := func(peer string, n int, at time.Time) {
		err := h.Receive(t.Context(), at, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: fmt.Sprint("m", n), Peer: peer, At: at, In: chat.Inbound{Text: fmt.Sprint(peer, n)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 6 {
		arrive("anna", n, noon.Add(time.Duration(n/2)*time.Second)) // two in a second
		arrive("boris", n, noon)
	}
	anna := h.count(`select min(id) from conversation`)
	_, key, err := h.Person(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		notice := conversation.Notice{Conversation: anna, Channel: chat.Telegram, Key: fmt.Sprint(n), Wire: chat.Wire{Text: fmt.Sprint("bot", n)}, Seal: key}
		if err := h.Say(t.Context(), noon.Add(time.Duration(n)*time.Second), notice); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"bot2", "anna5", "anna4", "bot1", "anna3", "anna2", "bot0", "anna1", "anna0"}
	for limit := 1; limit <= len(want)+1; limit++ {
		if diff := cmp.Diff(want, h.pages(anna, limit)); diff != "" {
			t.Errorf("in pages of %d (-want +got):\n%s", limit, diff)
		}
	}
	if _, _, err := h.History(t.Context(), 404, conversation.Cursor{}, 1); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("nobody's: %v", err)
	}
	err = h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Exec(ctx, `update subject set wrapped_key = null`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.History(t.Context(), anna, conversation.Cursor{}, 1); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of somebody forgotten: %v", err)
	}
}

// pages reads a history page by page, as a caller would.
func (h *house) pages(id int64, limit int) (texts []string) {
	h.Helper()
	var before conversation.Cursor
	for {
		all, next, err := h.History(h.Context(), id, before, limit)
		if err != nil {
			h.Fatal(err)
		}
		for _, e := range all {
			if e.In != nil {
				texts = append(texts, e.In.Text)
			} else {
				texts = append(texts, e.Wire.Text)
			}
		}
		if next == (conversation.Cursor{}) {
			return texts
		}
		var ok bool
		if before, ok = conversation.ParseCursor(next.String()); !ok || slices.Contains([]string{"", "0"}, next.String()) {
			h.Fatalf("cursor %s is not read back", next)
		}
	}
}
