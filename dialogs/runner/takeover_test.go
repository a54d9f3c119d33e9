package runner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/machine"
	"besedka/storage"
)

// peopled is the folder with a word that calls people, reminders, and an event that is told.
func peopled() fstest.MapFS {
	f := edited("flows/talk.yaml", "  no: {", "  people: { say: \"Зову.\", handoff: support, go: no }\n  news: { say: \"Новость.\", end: true }\n  no: {")
	talk := f["flows/talk.yaml"]
	talk.Data = bytes.Replace(talk.Data, []byte("steps:"), []byte("listen:\n  - { words: [человек], go: people }\n  - { event: points.given, go: news }\ndefaults: { remind: [ { after: 1h, say: \"Вы здесь?\" } ] }\nsteps:"), 1)
	return f
}

// desk is one conversation on its way between the bot and two of the staff.
type desk struct {
	*house
	now    time.Time
	peer   string
	id     int64
	staff  []int64
	holder int64     // as the answers of the door have it; the bot takes it back in a turn
	taken  time.Time // by the holder
	said   int       // messages of the shopper
	keys   int
}

func openSupport(t testing.TB) *desk {
	t.Helper()
	h := &desk{house: openProgramme(t, peopled(), actions.Set{"profile.register": actions.Shared(done)}), now: noon}
	people := staff.New(h.db)
	for _, name := range []string{"Анна", "Борис"} {
		p, err := people.Invite(t.Context(), noon, staff.Person{Name: name, Roles: []staff.Role{staff.Operator}}, staff.NewToken())
		if err != nil {
			t.Fatal(err)
		}
		h.staff = append(h.staff, p.ID)
	}
	h.meets("anna")
	return h
}

// meets begins the conversation of another shopper.
func (h *desk) meets(peer string) {
	h.Helper()
	h.peer, h.holder, h.said = peer, 0, 0
	h.writes("привет")
	h.settle(h.now)
	h.id = h.count(`select max(id) from conversation`)
}

func (h *desk) key() string { h.keys++; return fmt.Sprint(h.keys) }

// of is count of the rows of this conversation.
func (h *desk) of(table string) int64 {
	h.Helper()
	n, err := storage.Value[int64](h.Context(), h.db, `select count(*) from `+table+` and conversation_id = $1`, h.id)
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func (h *desk) writes(text string) {
	h.Helper()
	h.said++
	a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{{Key: h.key(), Peer: h.peer, At: h.now, In: chat.Inbound{Text: text}}}}
	if err := h.door.Receive(h.Context(), h.now, a); err != nil {
		h.Fatal(err)
	}
}

func (h *desk) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return h.db.InTx(h.Context(), do)
}

// shown is how the database has it.
func (h *desk) shown() conversation.Shown {
	h.Helper()
	s, err := conversation.Show(h.Context(), h.db, h.id)
	if err != nil {
		h.Fatal(err)
	}
	return s
}

// refused says whether an act was refused because somebody else has the conversation.
func (h *desk) refused(err error, by int64) bool {
	h.Helper()
	e, ok := errors.AsType[*conversation.TakenError](err)
	if err != nil && !ok {
		h.Fatal(err)
	}
	if ok && e.Holder != h.holder {
		h.Fatalf("%d hears that %d has it, and %d has", by, e.Holder, h.holder)
	}
	return ok
}

func (h *desk) takes(by, from int64) {
	h.Helper()
	err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.door.TakeTx(ctx, tx, h.now, conversation.Taking{Conversation: h.id, Staff: by, From: from, Queue: "support"})
	})
	if got, want := h.refused(err, by), h.holder != by && h.holder != from; got != want {
		h.Fatalf("%d takes it from %d while %d has it: refused %v", by, from, h.holder, got)
	}
	if err == nil && h.holder != by {
		h.holder, h.taken = by, h.now
	}
}

func (h *desk) releases(by int64) {
	h.Helper()
	err := h.tx(func(ctx context.Context, tx storage.Tx) error { return h.door.ReleaseTx(ctx, tx, h.now, h.id, by, "") })
	if got := h.refused(err, by); got != (h.holder != by) {
		h.Fatalf("%d releases what %d has: refused %v", by, h.holder, got)
	}
	if err == nil {
		h.holder = 0
	}
}

func (h *desk) replies(by int64) {
	h.Helper()
	err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		r := conversation.Reply{Conversation: h.id, Staff: by, Key: h.key(), Text: "Здравствуйте!", Seen: h.shown().Newest, Mark: func(chat.Channel, string) string { return "" }}
		return h.door.ReplyTx(ctx, tx, h.now, r)
	})
	if got := h.refused(err, by); got != (h.holder != by) {
		h.Fatalf("%d replies in what %d has: refused %v", by, h.holder, got)
	}
}

func (h *desk) givesBack(by int64) {
	h.Helper()
	err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.door.GiveBackTx(ctx, tx, h.now, conversation.GiveBack{Conversation: h.id, Staff: by, Key: h.key(), Seen: conversation.SeenAll})
	})
	if errors.Is(err, conversation.ErrNotHeld) {
		return
	}
	if got := h.refused(err, by); got != (h.holder != 0 && h.holder != by) {
		h.Fatalf("%d gives back what %d has: refused %v", by, h.holder, got)
	}
}

func (h *desk) told() {
	h.Helper()
	if err := h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.door.NotifyTx(ctx, tx, h.now, conversation.Recipient{Member: h.shown().Member}, h.key(), conversation.Event{Name: "points.given"})
	}); err != nil {
		h.Fatal(err)
	}
}

func (h *desk) bots() int64 {
	h.Helper()
	return h.of(`outbox where staff_id is null`)
}

// turns runs what waits, one row, and looks that the bot says nothing unless it has the
// conversation when it is done.
func (h *desk) turns() {
	h.Helper()
	before, was := h.bots(), h.shown()
	h.round(h.now)
	is := h.shown()
	if after := h.bots(); after != before && was.Lifecycle == "operator" && is.Lifecycle == "operator" {
		h.Fatalf("the bot says %d things while %d has the conversation", after-before, is.Holder)
	}
	if is.Lifecycle == "bot" {
		h.holder = 0
	}
	if is.Holder != h.holder {
		h.Fatalf("%d has it, want %d", is.Holder, h.holder)
	}
}

// TestNobodySpeaksOverAHolder: however shopper, timers, news, sweeps and two of the staff
// come between each other, the bot says nothing while one of them has the conversation,
// whoever else acts on it is told who, nothing that the shopper wrote is lost, the
// bot asks again when it is asked back, and whose the conversation is changes only as its
// machine.Lifecycle has it.
func TestNobodySpeaksOverAHolder(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		h.meets(fmt.Sprint("shopper ", n))
		by := rapid.SampledFrom(h.staff)
		from := rapid.SampledFrom(append(slices.Clone(h.staff), 0))
		rt.Repeat(map[string]func(*rapid.T){
			"writes": h.along(func(rt *rapid.T) {
				h.writes(rapid.SampledFrom([]string{"Да", "Анна", "Тула", "бот", "человек", "ау"}).Draw(rt, "text"))
			}),
			"waits": h.along(func(rt *rapid.T) {
				h.now = h.now.Add(rapid.SampledFrom([]time.Duration{time.Second, 2 * time.Hour}).Draw(rt, "time"))
				if _, _, err := h.door.TimerStep(rt.Context(), h.now); err != nil {
					rt.Fatal(err)
				}
			}),
			"is told":  h.along(func(*rapid.T) { h.told() }),
			"turns":    h.along(func(*rapid.T) { h.turns() }, machine.GiveBack, machine.Call),
			"takes":    h.along(func(rt *rapid.T) { h.takes(by.Draw(rt, "by"), from.Draw(rt, "from")) }, machine.Take),
			"releases": h.along(func(rt *rapid.T) { h.releases(by.Draw(rt, "by")) }, machine.Release),
			"passes":   h.along(func(rt *rapid.T) { h.passes(by.Draw(rt, "by"), by.Draw(rt, "to")) }, machine.Take),
			"sweeps":   h.along(func(*rapid.T) { h.sweeps() }, machine.Release),
			"replies":  h.along(func(rt *rapid.T) { h.replies(by.Draw(rt, "by")) }),
			"back":     h.along(func(rt *rapid.T) { h.givesBack(by.Draw(rt, "by")) }),
		})
		h.ends()
	})
}

// ends runs everything, gives the conversation back and looks that nothing is left.
func (h *desk) ends() {
	h.Helper()
	for h.of(`inbox_open where true`) > 0 {
		h.turns()
	}
	if s := h.shown(); s.Lifecycle != "bot" {
		before := h.bots()
		h.givesBack(max(s.Holder, h.staff[0]*b(s.Holder == 0)))
		h.settle(h.now)
		if s := h.shown(); s.Lifecycle != "bot" || s.Holder != 0 || s.Standing != "" && h.bots() == before {
			h.Fatalf("given back it is %+v, and the bot said %d things", s, h.bots()-before)
		}
	}
	heard := h.of(`inbox where kind = 'message'`)
	if lost := h.of(`lane where held`); lost != 0 || heard != int64(h.said) {
		h.Fatalf("%d lanes are held, %d of %d messages heard", lost, heard, h.said)
	}
}

// b is 1 for true.
func b(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// TestTakenBetweenTwoTurns: what was ready before somebody took the conversation says
// nothing after, in a group or alone, and a giving back that waited ends only the
// taking that it was meant for.
func TestTakenBetweenTwoTurns(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	anna, boris := h.staff[0], h.staff[1]
	h.writes("Да")
	h.takes(anna, 0)
	h.givesBack(anna)
	h.takes(boris, anna)
	h.told()
	before := h.bots()
	for h.of(`inbox_open where true`) > 0 {
		h.turns()
	}
	if s := h.shown(); s.Holder != boris || h.bots() != before {
		t.Errorf("it is %+v, and the bot said %d things", s, h.bots()-before)
	}
	h.givesBack(boris)
	h.settle(h.now)
	texts := h.house.said()["anna"]
	if want := []string{consent, consent}; !slices.Equal(texts, want) {
		t.Errorf("the bot said %q, want %q", texts, want)
	}
}

// TestGivenBackToAnotherFlow lets go what was asked; a flow that there is not is not begun.
func TestGivenBackToAnotherFlow(t *testing.T) {
	t.Parallel()
	h := openSupport(t)
	for _, begin := range []string{"nowhere", "talk"} {
		h.takes(h.staff[0], 0)
		if err := h.tx(func(ctx context.Context, tx storage.Tx) error {
			return h.door.GiveBackTx(ctx, tx, h.now, conversation.GiveBack{Conversation: h.id, Staff: h.staff[0], Key: begin, Begin: begin, Seen: conversation.SeenAll})
		}); err != nil {
			t.Fatal(err)
		}
		h.settle(h.now)
		h.holder = 0
	}
	if conversation.BeginArg != dialogs.BeginArg || conversation.AskArg != dialogs.AskArg || conversation.StepArg != dialogs.StepArg {
		t.Error("the engine reads another argument than the door writes")
	}
	if got := h.house.said()["anna"]; len(got) != 3 || h.shown().Standing != "talk/consent" {
		t.Errorf("the bot said %q and stands at %s", got, h.shown().Standing)
	}
}
