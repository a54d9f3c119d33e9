package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// queued is a newsletter: so many messages that nobody waits for, to each of these
// people and groups. Only an hour of virtual time would see all of them sent; how
// long the queue is, and not how much of it is sent, is what replies must not feel.
const (
	queued  = 100_000
	people  = 500
	groups  = 4
	virtual = 20 * time.Second
)

// TestRepliesOvertake: with a hundred thousand messages before them replies go out
// at once, by two processes that share one bot, and Telegram never has to say that
// it is too much: 30 a second, one a second to a chat but for short bursts, 20 a
// minute to a group.
func TestRepliesOvertake(t *testing.T) {
	t.Parallel()
	var clock virtualClock
	clock.set(noon)
	h := newHouseAt(t, clock.Now)
	h.fake.Police()
	chats := h.opensMany(t)
	h.floods(t, chats)
	var processes []*Deliver
	for range 2 {
		processes = append(processes, NewDeliver(h.conv, h.bot, chat.CapsOf(chat.Telegram).Rates, func() {}, clock.Now, slog.New(slog.DiscardHandler)))
	}
	asked := map[string]time.Time{}
	for turn := 0; clock.Now().Before(noon.Add(virtual)); turn++ {
		if who := int64(turn%people + 1); turn%5 == 0 { // five a second
			reply := fmt.Sprint("ответ ", turn)
			h.replies(t, chats[who], reply, clock.Now())
			asked[reply] = clock.Now()
		}
		h.deliverAll(t, processes, clock.Now())
		clock.set(clock.Now().Add(40 * time.Millisecond))
	}
	if n := h.fake.Refused(); n > 0 {
		t.Errorf("Telegram refused %d messages", n)
	}
	sent := h.fake.Sent(0, 0)
	for _, m := range sent {
		if waited := m.At.Sub(asked[m.Text]); !asked[m.Text].IsZero() && waited > 100*time.Millisecond {
			t.Errorf("%q waited %s", m.Text, waited)
		}
		if delete(asked, m.Text); m.Edits != 0 {
			t.Errorf("%q is an edit", m.Text)
		}
	}
	if len(asked) > 0 {
		t.Errorf("%d replies were not sent: %v", len(asked), asked)
	}
	if least := int(virtual.Seconds()) * 20; len(sent) < least {
		t.Errorf("%d messages in %s, want at least %d: the pace is too slow", len(sent), virtual, least)
	}
}

// TestGroupsAndChatsKeepTheirPace: one person and one group with a lot to hear.
func TestGroupsAndChatsKeepTheirPace(t *testing.T) {
	t.Parallel()
	var clock virtualClock
	clock.set(noon)
	h := newHouseAt(t, clock.Now)
	h.fake.Police()
	var texts []string
	for i := range 90 {
		texts = append(texts, fmt.Sprint(i))
	}
	for _, who := range []int64{1, -1} {
		h.opens(t, who)
		h.says(t, who, texts...)
	}
	d := NewDeliver(h.conv, h.bot, chat.CapsOf(chat.Telegram).Rates, func() {}, clock.Now, slog.New(slog.DiscardHandler))
	for jumps := 0; jumps < 1000; jumps++ {
		h.deliverAll(t, []*Deliver{d}, clock.Now())
		_, next := mustStep(t, d.Step, clock.Now())
		if next.IsZero() {
			break
		}
		clock.set(next)
	}
	if n := h.fake.Refused(); n > 0 {
		t.Errorf("Telegram refused %d messages", n)
	}
	for who, most := range map[int64]time.Duration{1: 86 * time.Second, -1: 341 * time.Second} {
		heard := h.fake.Sent(who, 0)
		if len(heard) != len(texts) || heard[len(heard)-1].Text != texts[len(texts)-1] || heard[len(heard)-1].At.Sub(noon) > most {
			t.Errorf("%d heard %d messages, the last %s after noon, want at most %s", who, len(heard), heard[len(heard)-1].At.Sub(noon), most)
		}
	}
}

type virtualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtualClock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// deliverAll lets processes work side by side until none has anything to do now.
func (h *house) deliverAll(t *testing.T, processes []*Deliver, now time.Time) {
	t.Helper()
	var all sync.WaitGroup
	for _, d := range processes {
		all.Go(func() {
			for worked := true; worked; {
				var err error
				if worked, _, err = d.Step(t.Context(), now); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// opensMany makes the chats of people, from 1 on, and of groups, from -1 down.
func (h *house) opensMany(t *testing.T) map[int64]addressee {
	t.Helper()
	a := conversation.Arrival{Channel: chat.Telegram, Account: h.bot.Account()}
	chats := map[int64]addressee{}
	for who := int64(-groups); who <= people; who++ {
		if who == 0 {
			continue
		}
		if _, err := h.fake.Do(fake.Act{From: who, Text: "привет"}); err != nil {
			t.Fatal(err)
		}
		peer := strconv.FormatInt(who, 10)
		a.Messages = append(a.Messages, conversation.Message{Key: peer, Peer: peer, At: noon, In: chat.Inbound{Text: "привет"}})
		chats[who] = addressee{peer: peer}
	}
	if err := h.conv.Receive(t.Context(), noon, a); err != nil {
		t.Fatal(err)
	}
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		for who, m := range chats {
			found, err := h.members.SubjectsTx(ctx, tx, noon, chat.Telegram, []string{m.peer})
			if err != nil {
				return err
			}
			m.conversation = found[0].Conversation
			m.seal = func(text string) []byte {
				wire, _ := json.Marshal(chat.Wire{Text: text})
				return found[0].Key.Seal("outbox", wire)
			}
			chats[who] = m
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return chats
}

type addressee struct {
	peer         string
	conversation int64
	seal         func(text string) []byte
}

func (h *house) floods(t *testing.T, chats map[int64]addressee) {
	t.Helper()
	var ids []int64
	var sealed [][]byte
	for _, m := range chats {
		ids, sealed = append(ids, m.conversation), append(sealed, m.seal("новости"))
	}
	_, err := h.db.Exec(t.Context(), `
with said as (
insert into outbox (conversation_id, channel, sealed, at, priority)
select u.id, 'telegram', u.sealed, $3, 1 from generate_series(1, $4) n cross join unnest($1::bigint[], $2::bytea[]) u(id, sealed) order by n, u.id`+unsent,
		ids, sealed, noon, queued/len(chats)+1)
	if err == nil {
		_, err = h.db.Exec(t.Context(), `analyze`)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) replies(t *testing.T, to addressee, text string, now time.Time) {
	t.Helper()
	if _, err := h.db.Exec(t.Context(), `with said as (insert into outbox (conversation_id, channel, sealed, at) values ($1, 'telegram', $2, $3)`+unsent, to.conversation, to.seal(text), now); err != nil {
		t.Fatal(err)
	}
}

// TestGivenBackWhenPaceFails: chats that were claimed, and whose pace could not be
// asked for, are free at once for whoever comes next.
func TestGivenBackWhenPaceFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens(t, 1)
	h.says(t, 1, "раз")
	d := NewDeliver(h.conv, h.bot, chat.CapsOf(chat.Telegram).Rates, func() {}, func() time.Time { return noon }, slog.New(slog.DiscardHandler))
	h.does(t, `alter table pace rename to nothing`)
	if _, _, err := d.Step(t.Context(), noon); err == nil {
		t.Fatal("a pace that cannot be asked for is no error")
	}
	h.does(t, `alter table nothing rename to pace`)
	mustStep(t, d.Step, noon)
	if got := h.heard(1); len(got) != 1 {
		t.Errorf("they heard %q, want one message", got)
	}
}

func (h *house) does(t *testing.T, sql string) {
	t.Helper()
	if _, err := h.db.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
