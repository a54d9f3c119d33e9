package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/storage"
)

// line is one chat between the bot, broadcasts, two of the staff and two processes that
// send: what its messages say is who wrote them.
type line struct {
	*house
	t         *testing.T
	now       time.Time
	person    int64
	id        int64
	staff     [2]int64
	holder    int64 // of the staff
	silent    bool  // somebody has taken it since the bot had it
	keys      int
	said      map[string][]string // that is to arrive, by author, in order
	lost      int                 // answers of the messenger that got lost
	processes [2]*Deliver
	during    func() // what comes while the next message is on its way
}

// overheard is the wire: it looks who speaks, and lets something happen meanwhile.
type overheard struct {
	bots.Adapter
	line *line
}

func (o overheard) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	if o.line.silent && !strings.HasPrefix(w.Text, "staff") {
		o.line.t.Errorf("%q leaves while %d has the conversation", w.Text, o.line.holder)
	}
	if do := o.line.during; do != nil {
		o.line.during = nil
		defer do()
	}
	return o.Adapter.Send(ctx, peer, id, w)
}

func openLine(t *testing.T) *line {
	t.Helper()
	h := &line{house: newHouse(t), t: t, now: noon}
	for i, name := range []string{"Анна", "Борис"} {
		var err error
		h.staff[i], err = storage.Value[int64](t.Context(), h.db, `insert into staff (name, roles, created_at) values ($1, '{operator}', $2) returning id`, name, noon)
		h.must(err)
	}
	for i := range h.processes {
		h.processes[i] = NewDeliver(h.conv, overheard{h.bot, h}, chat.Rates{}, func() {}, func() time.Time { return h.now }, slog.New(slog.DiscardHandler))
	}
	return h
}

// must is no end of the test: what people do while a message is on its way is done in the
// goroutine that sends it.
func (h *line) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Error(err)
	}
}

// meets begins the chat of another person.
func (h *line) meets(person int64) {
	h.t.Helper()
	h.person, h.holder, h.silent, h.lost, h.said, h.during = person, 0, false, 0, map[string][]string{}, nil
	h.opens(h.t, person)
	var err error
	h.id, err = storage.Value[int64](h.t.Context(), h.db, `select max(id) from conversation`)
	h.must(err)
}

// next is a text of an author's that was never said.
func (h *line) next(author string) string {
	h.keys++
	text := fmt.Sprintf("%s %d", author, h.keys)
	h.said[author] = append(h.said[author], text)
	return text
}

func (h *line) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return h.db.InTx(context.WithoutCancel(h.t.Context()), do)
}

// speaks is a message that a turn wrote; a broadcast is one that nobody waits for.
func (h *line) speaks(author string, priority int) {
	text := h.next(author)
	h.must(h.queue(h.t.Context(), h.person, text, text))
	_, err := h.db.Exec(h.t.Context(), `with said as (update outbox set priority = $2 where key = $1 returning id) update outbox_open set priority = $2 where outbox_id = (select id from said)`, text, priority)
	h.must(err)
}

// notices is what the program says past the engine: nothing where people have the chat.
func (h *line) notices() {
	_, key, err := h.conv.Person(h.t.Context(), h.id)
	h.must(err)
	h.keys++
	text := fmt.Sprintf("notice %d", h.keys)
	h.must(h.conv.Say(h.t.Context(), h.now, conversation.Notice{Conversation: h.id, Channel: chat.Telegram, Key: text, Wire: chat.Wire{Text: text}, Seal: key}))
	if !h.silent {
		h.said["notice"] = append(h.said["notice"], text)
	}
}

// acts is what one of the staff does; who does not have the conversation does nothing by it.
func (h *line) acts(by int64, act string) {
	now := h.now
	switch act {
	case "take":
		h.must(h.tx(func(ctx context.Context, tx storage.Tx) error {
			return h.conv.TakeTx(ctx, tx, now, conversation.Taking{Conversation: h.id, Staff: by, From: h.holder, Queue: "support"})
		}))
		h.holder, h.silent = by, true
	case "reply":
		if by == h.holder {
			r := conversation.Reply{Conversation: h.id, Staff: by, Text: h.next("staff"), Seen: conversation.SeenAll, Mark: func(chat.Channel, string) string { return "" }}
			r.Key = r.Text
			h.must(h.tx(func(ctx context.Context, tx storage.Tx) error { return h.conv.ReplyTx(ctx, tx, now, r) }))
		}
	case "release":
		if by == h.holder {
			h.must(h.tx(func(ctx context.Context, tx storage.Tx) error {
				return h.conv.ReleaseTx(ctx, tx, now, h.id, by, "")
			}))
			h.holder = 0
		}
	case "back": // as the turn does that hears of it
		var b storage.Batch
		conversation.QueueTakeUps(&b, now, []conversation.Back{{Conversation: h.id}})
		h.must(h.tx(func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }))
		h.holder, h.silent = 0, false
	}
}

// TestNobodySpeaksOverAHolderOnTheWire: however what the bot, broadcasts, notices and two of
// the staff say comes between takings, with two processes that send and answers that get
// lost, what leaves while somebody has the conversation is the staff's; what waited goes when
// it is given back, once, each author's in its order.
func TestNobodySpeaksOverAHolderOnTheWire(t *testing.T) {
	t.Parallel()
	h := openLine(t)
	person := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		person++
		h.meets(person)
		by, act := rapid.SampledFrom(h.staff[:]), rapid.SampledFrom([]string{"take", "take", "reply", "release", "back"})
		rt.Repeat(map[string]func(*rapid.T){
			"bot":       func(*rapid.T) { h.speaks("bot", 0) },
			"broadcast": func(*rapid.T) { h.speaks("broadcast", conversation.Low) },
			"notice":    func(*rapid.T) { h.notices() },
			"staff":     func(rt *rapid.T) { h.acts(by.Draw(rt, "by"), act.Draw(rt, "act")) },
			"meanwhile": func(rt *rapid.T) {
				by, act := by.Draw(rt, "by"), act.Draw(rt, "act")
				h.during = func() { h.acts(by, act) }
			},
			"loses": func(*rapid.T) {
				h.lost++
				h.fake.Spoil(fake.Fault{Kind: fake.Drop, Method: "sendMessage", Chat: person, Times: 1})
			},
			"sends": func(rt *rapid.T) { h.sends(rapid.IntRange(0, 1).Draw(rt, "process")) },
		})
		h.ends()
	})
}

// sends has one process look, a little later than the last.
func (h *line) sends(process int) {
	h.now = h.now.Add(3 * time.Second) // longer than a first failure pauses a chat
	_, _, err := h.processes[process].Step(h.t.Context(), h.now)
	h.must(err)
}

// ends gives the conversation back and looks that everything has arrived that was to.
func (h *line) ends() {
	h.fake.Heal()
	h.during = nil
	h.acts(0, "back")
	for range 100 {
		h.sends(0)
		open, err := storage.Value[int64](h.t.Context(), h.db, `select count(*) from outbox_open where conversation_id = $1`, h.id)
		h.must(err)
		if open == 0 {
			break
		}
	}
	heard, times := map[string][]string{}, 0
	for _, text := range h.heard(h.person) {
		author, _, _ := strings.Cut(text, " ")
		times++
		if !slices.Contains(heard[author], text) {
			heard[author] = append(heard[author], text)
		}
	}
	once := 0
	for author, said := range h.said {
		once += len(said)
		if !slices.Equal(heard[author], said) {
			h.t.Errorf("of %s arrived %q, want %q", author, heard[author], said)
		}
	}
	if times < once || times > once+h.lost {
		h.t.Errorf("%d messages arrived of %d, and %d answers were lost", times, once, h.lost)
	}
}
