package conversation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// TestNewestLines: a page of a long chat opens at its end, between the lines of
// others.
func TestNewestLines(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 5 {
		for _, peer := range []string{"anna", "boris"} {
			h.receive(conversation.Arrival{Channel: chat.Webchat, Account: "webchat", Messages: []conversation.Message{
				{Key: fmt.Sprintf("%s/%d", peer, i), Peer: peer, At: noon, In: chat.Inbound{Text: fmt.Sprint(peer, i)}},
			}})
		}
	}
	anna, err := storage.Value[int64](t.Context(), h.db, `select min(id) from conversation`)
	if err != nil {
		t.Fatal(err)
	}
	for newest, want := range map[int][]string{
		2: {"anna3", "anna4"},
		5: {"anna0", "anna1", "anna2", "anna3", "anna4"},
		9: {"anna0", "anna1", "anna2", "anna3", "anna4"},
	} {
		after, err := h.CursorOfNewest(t.Context(), anna, newest)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := h.Lines(t.Context(), anna, after, 10)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, l := range lines {
			said = append(said, l.In.Text)
		}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("the newest %d: %s", newest, diff)
		}
	}
}
