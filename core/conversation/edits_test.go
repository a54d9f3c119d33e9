package conversation_test

import (
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// TestEdits: an edit is heard in place of its message for as long as that waits, and
// later it is a row of its own that waits; words that stay as they were ask nothing.
func TestEdits(t *testing.T) {
	t.Parallel()
	const done, asks = `delete from inbox_open`, `update conversation set takes_text = true`
	message := func(key, text, edits string) conversation.Message {
		return conversation.Message{Key: key, Peer: "anna", At: noon, In: chat.Inbound{Text: text, Edits: edits}}
	}
	arrival := func(ms ...conversation.Message) conversation.Arrival {
		return conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: ms}
	}
	first := message("m1", "Ана", "")
	edit := message("5", "Анна", "m1")
	for name, tt := range map[string]struct {
		first     conversation.Arrival
		meanwhile string
		edit      conversation.Arrival
		ready     []string // texts that wait for a turn, in their order
		rows      int64
	}{
		"before_its_turn":      {arrival(first), "", arrival(edit), []string{"Анна"}, 2},
		"told_twice":           {arrival(first), "", arrival(edit, edit), []string{"Анна"}, 2},
		"together":             {arrival(first, edit), "", arrival(edit), []string{"Анна"}, 2},
		"after_its_turn":       {arrival(first), done, arrival(edit), []string{"Анна"}, 2},
		"after_and_twice":      {arrival(first), done, arrival(edit, message("6", "Аня", "m1")), []string{"Анна", "Аня"}, 3},
		"same_words":           {arrival(first), done, arrival(message("5", "Ана", "m1")), nil, 2},
		"of_what_nobody_knows": {arrival(first), done, arrival(message("5", "Анна", "m0")), nil, 2},
		"of_a_piece":           {arrival(message("m0", "Я", ""), first), asks, arrival(message("m2", "Мне", ""), message("m3", "5 лет", ""), message("7", "6 лет", "m3")), nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.receive(tt.first)
			if tt.meanwhile == asks {
				if _, err := h.db.Exec(t.Context(), done); err != nil {
					t.Fatal(err)
				}
			}
			if tt.meanwhile != "" {
				if _, err := h.db.Exec(t.Context(), tt.meanwhile); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				h.receive(tt.edit)
			}
			if n := h.count(`select count(*) from inbox`); n != tt.rows {
				t.Errorf("%d rows, want %d", n, tt.rows)
			}
			if n := h.count(`select count(*) from inbox_open where state = 'ready'`); n != int64(len(tt.ready)) {
				t.Errorf("%d rows wait for a turn, want %d", n, len(tt.ready))
			}
			if n := h.count(`select count(*) from inbox_open where state = 'held' and due_at < '2026-11-22T12:00:01Z'`); n != 0 {
				t.Error("a text that was mended is not held any longer")
			}
			if tt.meanwhile == asks {
				h.holds("Мне\n6 лет")
			}
			said := h.said(h.count(`select min(id) from conversation`))
			for _, text := range tt.ready {
				if !said[text] {
					t.Errorf("%q is not heard; there are %v", text, said)
				}
			}
		})
	}
}

// TestQuietIsKept: marks and the like have no turn, and end no hold.
func TestQuietIsKept(t *testing.T) {
	t.Parallel()
	h := open(t)
	arrive := func(at time.Time, key string, in chat.Inbound) {
		err := h.Receive(t.Context(), at, conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: key, Peer: "anna", At: at, In: in},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	arrive(noon, "1", chat.Inbound{Reaction: &chat.Reaction{To: "7", Emoji: []string{"👍"}}})
	arrive(noon, "2", chat.Inbound{Unblocked: true})
	if n := h.count(`select count(*) from inbox_open`); n != 0 {
		t.Errorf("%d rows wait for a turn", n)
	}
	if _, err := h.db.Exec(t.Context(), `update conversation set takes_text = true`); err != nil {
		t.Fatal(err)
	}
	arrive(noon, "3", chat.Inbound{Text: "Кофе"})
	arrive(noon, "4", chat.Inbound{Reaction: &chat.Reaction{To: "7"}})
	if n := h.count(`select count(*) from inbox_open where state = 'held'`); n != 1 {
		t.Errorf("%d texts are held, want one", n)
	}
	if n := h.count(`select count(*) from inbox`); n != 4 {
		t.Errorf("%d rows, want 4", n)
	}
}

// holds looks at the text that is held, in all its pieces.
func (h *house) holds(want string) {
	h.Helper()
	_, key, err := h.Person(h.Context(), h.count(`select min(id) from conversation`))
	if err != nil {
		h.Fatal(err)
	}
	sealed, err := storage.Value[[]byte](h.Context(), h.db, `select i.sealed from inbox_open o join inbox i on i.id = o.inbox_id where o.state = 'held'`)
	if err != nil {
		h.Fatal(err)
	}
	var w conversation.Wake
	if err := key.OpenJSON("inbox", sealed, &w); err != nil || w.Heard().Text != want {
		h.Errorf("%q is held, %v; want %q", w.Heard().Text, err, want)
	}
}
