package member_test

import (
	"errors"
	"testing"

	"besedka/core/chat"
	"besedka/storage"
)

func TestPeerOf(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.subjects(chat.Telegram, "anna")[0]
	if peer, err := h.PeerOf(t.Context(), anna.ID, chat.Telegram); peer != "anna" || err != nil {
		t.Errorf("peer %q, %v", peer, err)
	}
	if _, err := h.PeerOf(t.Context(), anna.ID, chat.Webchat); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of another channel: %v", err)
	}
	if _, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null`); err != nil {
		t.Fatal(err)
	}
	if _, err := h.PeerOf(t.Context(), anna.ID, chat.Telegram); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of somebody forgotten: %v", err)
	}
}
