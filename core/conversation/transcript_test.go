package conversation_test

import (
	"fmt"
	"testing"
	"time"

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

// TestPiecesStandApart: what is heard as one thought stands in the chat as it was
// sent, once, and nothing of it lies open.
func TestPiecesStandApart(t *testing.T) {
	t.Parallel()
	h := open(t)
	say := func(at time.Time, texts ...string) {
		a := conversation.Arrival{Channel: chat.Webchat, Account: "webchat"}
		for _, text := range texts {
			a.Messages = append(a.Messages, conversation.Message{Key: text, Peer: "anna", At: at, In: chat.Inbound{Text: text}})
		}
		if err := h.Receive(t.Context(), at, a); err != nil {
			t.Fatal(err)
		}
	}
	say(noon, "привет")
	for _, asked := range []string{`delete from inbox_open`, `update conversation set takes_text = true`} {
		if _, err := h.db.Exec(t.Context(), asked); err != nil {
			t.Fatal(err)
		}
	}
	say(noon, "Кофе")
	say(noon.Add(time.Second), "остыл", "увы")
	say(noon.Add(time.Second), "остыл")
	lines, err := h.Lines(t.Context(), h.count(`select id from conversation`), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, l := range lines {
		said = append(said, l.Key+": "+l.In.Text)
	}
	if diff := cmp.Diff([]string{"привет: привет", "Кофе: Кофе", "остыл: остыл", "увы: увы"}, said); diff != "" {
		t.Errorf("in the chat (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from inbox_open where state = 'held'`); got != 1 || h.count(`select count(*) from inbox_open`) != 1 {
		t.Errorf("%d rows are held, want one and no other", got)
	}
	if got := h.count(`select count(*) from inbox where position('увы'::text::bytea in sealed) > 0`); got != 0 {
		t.Errorf("%d texts lie open", got)
	}
}
