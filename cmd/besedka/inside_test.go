package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/storage"
)

// TestNewsPastTheMiniApp: news goes to the messenger's own chat, whatever was said in the
// one inside it, unless that chat takes nothing; what an event of that very chat is, stays.
func TestNewsPastTheMiniApp(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	web := strings.Repeat("a", 32)
	c.text(chat.WhatsApp, "79161234567", "привет")
	c.text(chat.Telegram, "anna", "привет")
	for range 2 { // it is opened again
		if err := c.bind(t.Context(), chat.Telegram, "anna", web); err != nil {
			t.Fatal(err)
		}
	}
	c.text(chat.Webchat, web, "баланс")
	tg, inside := c.subjectOf(chat.Telegram, "anna"), c.subjectOf(chat.Webchat, web)
	c.goes("of the member", conversation.Recipient{Member: tg.Member}, tg.Conversation)
	c.goes("of what was sent inside", conversation.Recipient{Member: tg.Member, Subject: inside.ID}, tg.Conversation)
	c.goes("of that very chat", conversation.Recipient{Subject: inside.ID}, inside.Conversation)
	c.becomeOne(c.memberOf(chat.WhatsApp, "79161234567"), tg.Member)
	who := conversation.Recipient{Member: c.memberOf(chat.Telegram, "anna")}
	c.text(chat.WhatsApp, "79161234567", "баланс")
	c.text(chat.Webchat, web, "баланс")
	c.goes("of who speaks inside Telegram now", who, tg.Conversation)
	if _, err := c.db.Exec(t.Context(), `
with gone as (delete from outbox_open where conversation_id = $1 returning outbox_id)
insert into outbox_outcome (outbox_id, state, reason, attempts) select outbox_id, 'failed', 'blocked', 1 from gone`, tg.Conversation); err != nil {
		t.Fatal(err)
	}
	c.goes("of who has blocked the bot", who, inside.Conversation)
}

func (c *strangers) subjectOf(channel chat.Channel, who string) member.Subject {
	c.Helper()
	s, err := c.members.Find(c.Context(), channel, who)
	if err != nil {
		c.Fatal(err)
	}
	return s
}

func (c *strangers) becomeOne(a, b int64) {
	c.Helper()
	err := c.db.InTx(c.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := c.members.MergeTx(ctx, tx, c.at, a, b, "test")
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
}

var errUndone = errors.New("undone")

// goes puts an event for somebody, looks in which conversation it is, and takes it back.
func (c *strangers) goes(what string, to conversation.Recipient, want int64) {
	c.Helper()
	var got int64
	err := c.db.InTx(c.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		if err := c.door.NotifyTx(ctx, tx, c.at, to, "test", conversation.Event{Name: "receipt.credited"}); err != nil {
			return err
		}
		if got, err = storage.Value[int64](ctx, tx, `select conversation_id from inbox where dedupe_key = 'event/test'`); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) || got != want {
		c.Errorf("news %s: goes to conversation %d, %v; want %d", what, got, err, want)
	}
}
