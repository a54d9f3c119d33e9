package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// house is a database, the door, and a bot in front of a fake Telegram.
type house struct {
	db      *storage.DB
	members *member.Service
	conv    *conversation.Service
	fake    *fake.Server
	bot     *telegram.Adapter
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseAt(t, func() time.Time { return noon })
}

// newHouseAt is a house whose Telegram has that clock.
func newHouseAt(t *testing.T, now func() time.Time) *house {
	t.Helper()
	keys, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: storagetest.DB(t)}
	joined := func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil }
	h.members = member.New(h.db, keys, joined)
	h.conv = conversation.New(h.db, keys, h.members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
	h.fake = fake.New("42:token", now)
	srv := httptest.NewServer(h.fake)
	t.Cleanup(srv.Close)
	h.bot = h.adapter(t, srv.URL)
	return h
}

func (h *house) adapter(t *testing.T, url string) *telegram.Adapter {
	t.Helper()
	a, err := telegram.New(telegram.Config{
		Token: "42:token", Server: url, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (h *house) deliver() *Deliver {
	return h.deliverBy(noon)
}

// deliverBy delivers with a clock that says now when a send has ended.
func (h *house) deliverBy(now time.Time) *Deliver {
	return NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
}

// opens lets the person write first, which makes their chat on both sides.
func (h *house) opens(t *testing.T, person int64) {
	t.Helper()
	if _, err := h.fake.Do(fake.Act{From: person, Text: "привет"}); err != nil {
		t.Fatal(err)
	}
	err := h.conv.Receive(t.Context(), noon, conversation.Arrival{
		Channel: chat.Telegram, Account: h.bot.Account(),
		Messages: []conversation.Message{{Key: "first", Peer: strconv.FormatInt(person, 10), At: noon, In: chat.Inbound{Text: "привет"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// says puts messages into the outbox, as the runner would.
func (h *house) says(t *testing.T, person int64, texts ...string) {
	t.Helper()
	h.saysIn(t, chat.Telegram, strconv.FormatInt(person, 10), texts...)
}

// saysIn is says in any channel; the same text is told once.
func (h *house) saysIn(t *testing.T, of chat.Channel, peer string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := h.queueIn(t.Context(), of, peer, fmt.Sprintf("test/%s/%s", peer, text), text); err != nil {
			t.Fatal(err)
		}
	}
}

// queue puts one message into the outbox under its key.
func (h *house) queue(ctx context.Context, person int64, key, text string) error {
	return h.queueIn(ctx, chat.Telegram, strconv.FormatInt(person, 10), key, text)
}

func (h *house) queueIn(ctx context.Context, of chat.Channel, peer, key, text string) error {
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		who, err := h.members.SubjectsTx(ctx, tx, noon, of, []string{peer})
		if err != nil {
			return err
		}
		wire, err := json.Marshal(chat.Wire{Text: text})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `with said as (insert into outbox (conversation_id, channel, key, sealed, at) values ($1, $2, $3, $4, $5)`+unsent,
			who[0].Conversation, of, key, who[0].Key.Seal("outbox", wire), noon)
		return err
	})
}

// unsent ends a statement that writes to the outbox.
const unsent = ` returning conversation_id, id, channel, priority)
insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said`

// heard is what has reached the person.
func (h *house) heard(person int64) []string {
	var texts []string
	for _, m := range h.fake.Sent(person, 0) {
		texts = append(texts, m.Text)
	}
	return texts
}

// states counts outbox rows by state and reason.
func (h *house) states(t *testing.T) map[string]int {
	t.Helper()
	type row struct {
		State string `db:"state"`
		N     int    `db:"n"`
	}
	rows, err := storage.Collect[row](t.Context(), h.db, `select state || coalesce(' ' || reason, '') as state, count(*)::int as n from outbox_standing group by 1`)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]int{}
	for _, r := range rows {
		m[r.State] = r.N
	}
	return m
}

func mustStep(t *testing.T, step func(context.Context, time.Time) (bool, time.Time, error), now time.Time) (bool, time.Time) {
	t.Helper()
	worked, next, err := step(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return worked, next
}
