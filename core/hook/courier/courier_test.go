package courier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/hook"
	"besedka/core/hook/courier"
	"besedka/core/hook/receiver"
	"besedka/core/member"
	"besedka/core/outside/outsidetest"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// house has two conversations that the bot has, one of the staff, and a help desk.
type house struct {
	testing.TB
	dsn  string
	db   *storage.DB
	keys *seal.Keyring
	door *conversation.Service
	by   staff.Person
	log  bytes.Buffer
	hook.Service
	*courier.Courier
	desk *receiver.Receiver
	id   int64 // of the webhook
}

func open(t testing.TB, w hook.Wanted) *house {
	t.Helper()
	h := &house{TB: t, dsn: storagetest.DSN(t), desk: receiver.Open()}
	t.Cleanup(h.desk.Close)
	var err error
	h.db, err = storage.Open(t.Context(), h.dsn, 8)
	h.must(err)
	t.Cleanup(h.db.Close)
	h.keys, err = seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	h.must(err)
	members := member.New(h.db, h.keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	h.door = conversation.New(h.db, h.keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
	for _, peer := range []string{"anna", "boris"} {
		h.must(h.door.Receive(t.Context(), noon, conversation.Arrival{
			Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{{Key: "1", Peer: peer, At: noon, In: chat.Inbound{Text: "Где мои баллы?"}}},
		}))
	}
	h.by, err = staff.New(h.db).Invite(t.Context(), noon, staff.Person{Name: "Вера", Roles: []staff.Role{staff.Owner}}, staff.NewToken())
	h.must(err)
	h.Service = hook.Service{DB: h.db, Keys: h.keys, Private: []string{h.desk.Host()}}
	h.Courier = h.another()
	if w.URL == "" {
		w.URL = h.desk.Address()
	}
	if w.Kinds == nil {
		w.Kinds = hook.Kinds
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		h.id, err = h.MakeTx(ctx, tx, noon, h.by, "first", w)
		return err
	})
	h.desk.Knows(h.Secret(h.by, "first"))
	return h
}

// another is the courier of one more process.
func (h *house) another() *courier.Courier {
	h.Helper()
	db, err := storage.Open(h.Context(), h.dsn, 4)
	h.must(err)
	h.Cleanup(db.Close)
	return courier.New(courier.Config{DB: db, Keys: h.keys, Door: h.door, Private: []string{h.desk.Host()}, Log: slog.New(slog.NewTextHandler(&h.log, nil))})
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.db.InTx(h.Context(), do))
}

// served takes a conversation from its queue to the bot again, by the door's own acts.
func (h *house) served(conversationID int64, text string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		conversation.QueueHandOffs(&b, noon, []int64{conversationID}, []string{"support"})
		return b.Send(ctx, tx)
	})
	h.takes(conversationID)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		row, err := conversation.Show(ctx, tx, conversationID)
		if err != nil {
			return err
		}
		if err := hook.TellTx(ctx, tx, noon, hook.Event{Kind: hook.FromShopper, Conversation: conversationID, Inbox: row.Newest}); err != nil {
			return err
		}
		r := conversation.Reply{Conversation: conversationID, Staff: h.by.ID, Key: "k", Text: text, Seen: row.Newest, Thread: "t", Mark: func(chat.Channel, string) string { return "" }}
		edit := r
		edit.Key, edit.Text, edit.Over = "edit", text+"!", "t"
		for _, r := range []conversation.Reply{r, r, edit} { // said once, and what was said is changed
			if err := h.door.ReplyTx(ctx, tx, noon, r); err != nil {
				return err
			}
		}
		return h.door.ReleaseTx(ctx, tx, noon, conversationID, h.by.ID, "")
	})
	h.takes(conversationID)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		conversation.QueueTakeUps(&b, noon, []conversation.Back{{Conversation: conversationID}})
		conversation.QueueTakeUps(&b, noon, []conversation.Back{{Conversation: conversationID}}) // the bot has it
		return b.Send(ctx, tx)
	})
}

func (h *house) takes(id int64) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.door.TakeTx(ctx, tx, noon, conversation.Taking{Conversation: id, Staff: h.by.ID, Queue: "support"})
	})
}

// life is what served is told as.
var life = []hook.Kind{hook.Queued, hook.Taken, hook.FromShopper, hook.FromColleague, hook.Released, hook.Taken, hook.GivenBack}

// until steps at the times that the courier asks for while there is anything to tell, and
// returns the last.
func (h *house) until(now time.Time) time.Time {
	h.Helper()
	for range 2000 {
		worked, next, err := h.Step(h.Context(), now)
		h.must(err)
		switch {
		case worked:
		case next.IsZero():
			return now
		default:
			now = next
		}
	}
	h.Fatal("it goes on for ever")
	return now
}

// of are the kinds that the help desk took of a conversation, in order.
func (h *house) of(id int64) (kinds []hook.Kind) {
	for _, g := range h.desk.All() {
		if g.Data.Conversation == id {
			kinds = append(kinds, g.Type)
		}
	}
	return kinds
}

func (h *house) same(want, got any) {
	h.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("(-want +got):\n%s", diff)
	}
}

func (h *house) count(sql string) int64 {
	h.Helper()
	n, err := storage.Value[int64](h.Context(), h.db, sql)
	h.must(err)
	return n
}

// TestToldInOrder: every act of a conversation once, in order, with ids and without words.
func TestToldInOrder(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.served(1, "Уже смотрю")
	h.served(2, "Минуту")
	h.until(noon)
	h.same(life, h.of(1))
	h.same(life, h.of(2))
	for _, g := range h.desk.All() {
		if strings.Contains(g.Raw, "баллы") || strings.Contains(g.Raw, "смотрю") || strings.Contains(g.Raw, "text") {
			t.Errorf("words left the house unasked: %s", g.Raw)
		}
		if g.Data.Queue != "support" || g.Data.Channel != "telegram" || g.Data.Member == 0 || g.Type == hook.Taken && g.Data.Staff != h.by.ID {
			t.Errorf("told %s", g.Raw)
		}
	}
	if n := h.desk.Forged(); n != 0 {
		t.Errorf("%d requests without a signature", n)
	}
}

// TestTextsForWhoAsks: the words of both sides, until the person is forgotten.
func TestTextsForWhoAsks(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{Texts: true})
	h.served(1, "Уже смотрю")
	h.until(noon)
	var said []string
	for _, g := range h.desk.All() {
		if m := g.Data.Message; m != nil && m.Text != nil {
			said = append(said, *m.Text)
		}
	}
	h.same([]string{"Где мои баллы?", "Уже смотрю"}, said)
	h.served(2, "Минуту")
	_, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null where id = (select subject_id from conversation where id = 2)`)
	h.must(err)
	h.until(noon)
	h.same(life, h.of(2))
	for _, g := range h.desk.All() {
		if m := g.Data.Message; g.Data.Conversation == 2 && m != nil && m.Text != nil {
			t.Errorf("words of who is forgotten: %s", g.Raw)
		}
	}
}

// TestOneConversationWaitsAlone: what is refused holds up its own conversation, and no
// other; after MostWait it is given up.
func TestOneConversationWaitsAlone(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.desk.Misbehaves(func(g receiver.Got) receiver.Fault {
		if g.Data.Conversation == 1 && g.Type == hook.FromShopper {
			return receiver.Refuses
		}
		return ""
	})
	h.served(1, "Уже смотрю")
	h.served(2, "Минуту")
	for worked := true; worked; {
		var err error
		worked, _, err = h.Step(t.Context(), noon)
		h.must(err)
	}
	h.same(life[:2], h.of(1))
	h.same(life, h.of(2))
	at := noon
	for h.count(`select count(*) from hook_open`) > 0 && at.Before(noon.Add(5*24*time.Hour)) {
		// the other conversation goes on meanwhile: the endpoint does not fail as a whole
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			return hook.TellTx(ctx, tx, at, hook.Event{Kind: hook.FromShopper, Conversation: 2, Inbox: 2})
		})
		for worked := true; worked; {
			var err error
			worked, _, err = h.Step(t.Context(), at)
			h.must(err)
		}
		at = at.Add(time.Hour)
	}
	h.same([]hook.Kind{hook.Queued, hook.Taken, hook.FromColleague, hook.Released, hook.Taken, hook.GivenBack}, h.of(1))
	if passed := at.Sub(noon); passed < hook.MostWait {
		t.Errorf("given up after %s", passed)
	}
}

// TestBehindWhatWaits: what happens behind an event that was put off does not keep the
// courier looking.
func TestBehindWhatWaits(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.desk.Misbehaves(func(receiver.Got) receiver.Fault { return receiver.Down })
	h.takes(1)
	_, _, err := h.Step(t.Context(), noon)
	h.must(err)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return hook.TellTx(ctx, tx, noon, hook.Event{Kind: hook.FromShopper, Conversation: 1, Inbox: 1})
	})
	worked, next, err := h.Step(t.Context(), noon)
	if worked || err != nil || !next.Equal(noon.Add(5*time.Second)) {
		t.Errorf("it worked: %v, and looks again at %s, %v", worked, next, err)
	}
}

// TestMisbehaving: whatever a receiver does, each event arrives in the end, in order.
func TestMisbehaving(t *testing.T) {
	t.Parallel()
	for fault, tries := range map[receiver.Fault]int{
		receiver.Down: 8, receiver.Refuses: 8, receiver.Elsewhere: 8, receiver.Hangs: 8, receiver.Slow: 7, receiver.Huge: 7,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			h := open(t, hook.Wanted{})
			if fault == receiver.Hangs {
				h.Patience(300 * time.Millisecond)
			}
			first := true
			h.desk.Misbehaves(func(receiver.Got) receiver.Fault {
				if !first {
					return ""
				}
				first = false
				return fault
			})
			h.served(1, "Уже смотрю")
			h.until(noon)
			h.same(life, h.of(1))
			if got := h.desk.Tries(); got < tries || h.desk.Strayed() != 0 {
				t.Errorf("%d tries, want %d; %d followed elsewhere", got, tries, h.desk.Strayed())
			}
		})
	}
}

// TestLongDown: an endpoint that takes nothing for a day is paused, and goes on by hand
// where it stopped. One that answers 410 is turned off at once and nothing is kept for it.
func TestLongDown(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.desk.Misbehaves(func(receiver.Got) receiver.Fault { return receiver.Down })
	h.served(1, "Уже смотрю")
	at := h.until(noon)
	e, err := hook.Show(t.Context(), h.db, h.id)
	h.must(err)
	if passed := at.Sub(noon); e.Paused != hook.Failing || e.Waiting != 7 || passed < 24*time.Hour || passed > 26*time.Hour {
		t.Errorf("after %s: %+v", passed, e)
	}
	if n, err := hook.Broken(t.Context(), h.db); n != 1 || err != nil {
		t.Errorf("%d are broken, %v", n, err)
	}
	h.desk.Misbehaves(nil)
	h.served(2, "Минуту")
	h.tx(func(ctx context.Context, tx storage.Tx) error { return hook.ResumeTx(ctx, tx, at, h.by, h.id) })
	at = h.until(at)
	h.same(life, h.of(1))
	h.same(life, h.of(2))

	h.desk.Misbehaves(func(receiver.Got) receiver.Fault { return receiver.Gone })
	h.takes(1)
	h.until(at)
	h.takes(2)
	e, err = hook.Show(t.Context(), h.db, h.id)
	h.must(err)
	if e.Paused != hook.Gone || e.Waiting != 0 {
		t.Errorf("after 410: %+v", e)
	}
}

// TestResumedLate: what waited for an endpoint that was paused for longer than an event is
// tried is not given up at its first failures.
func TestResumedLate(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.served(1, "Уже смотрю")
	h.tx(func(ctx context.Context, tx storage.Tx) error { return hook.PauseTx(ctx, tx, noon, h.by, h.id) })
	late := noon.Add(hook.MostWait + time.Hour)
	h.tx(func(ctx context.Context, tx storage.Tx) error { return hook.ResumeTx(ctx, tx, late, h.by, h.id) })
	downs := 0
	h.desk.Misbehaves(func(receiver.Got) receiver.Fault {
		if downs++; downs > 3 {
			return ""
		}
		return receiver.Down
	})
	h.until(late)
	h.same(life, h.of(1))
}

// TestRotation: both secrets sign for a day, then the new one alone; the same wish changes
// nothing more.
func TestRotation(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	for range 2 {
		h.tx(func(ctx context.Context, tx storage.Tx) error { return h.RotateTx(ctx, tx, noon, h.by, "second", h.id) })
	}
	h.takes(1)
	h.until(noon) // the desk knows the old one
	h.desk.Knows(h.Secret(h.by, "second"))
	h.takes(2)
	h.until(noon.Add(hook.OldSecretLives))
	all := h.desk.All()
	if len(all) != 2 || all[0].Signatures != 2 || all[1].Signatures != 1 || h.desk.Forged() != 0 {
		t.Errorf("took %+v, %d forged", all, h.desk.Forged())
	}
	rotate := func(key string, at time.Time) error {
		return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.RotateTx(ctx, tx, at, h.by, key, h.id) })
	}
	h.must(rotate("third", noon.Add(hook.OldSecretLives)))
	for _, key := range []string{"first", "second"} { // of the making, and of the rotation before
		if err := rotate(key, noon.Add(2*hook.OldSecretLives)); !errors.Is(err, staff.ErrKeyReused) {
			t.Errorf("the secret of %q comes back: %v", key, err)
		}
	}
	if n := h.count(`select count(*) from hook_endpoint e where e::text like '%whsec_%'`); n != 0 {
		t.Error("a secret is readable in the table")
	}
}

// TestTwoProcessesAndADeath: two couriers tell each event in order, and what was in the
// hand of one that died is told by the other.
func TestTwoProcessesAndADeath(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	dead := h.another()
	held := make(chan struct{})
	var once sync.Once
	h.desk.Misbehaves(func(receiver.Got) (f receiver.Fault) {
		once.Do(func() { f = receiver.Hangs; close(held) })
		return f
	})
	h.served(1, "Уже смотрю")
	ctx, kill := context.WithCancel(t.Context())
	died := make(chan error, 1)
	go func() { _, _, err := dead.Step(ctx, noon); died <- err }()
	<-held
	number, err := dead.DB.Session(t.Context())
	h.must(err)
	kill()
	<-died
	h.count(`select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) = ` + fmt.Sprint(number))
	for h.count(`select count(*) from living_session where number = `+fmt.Sprint(number)) > 0 {
	}
	h.served(2, "Минуту")
	others := []*courier.Courier{h.Courier, h.another()}
	var all sync.WaitGroup
	for _, c := range others {
		all.Go(func() {
			for h.Context().Err() == nil {
				worked, next, err := c.Step(h.Context(), noon)
				if err != nil {
					h.Error(err)
					return
				}
				if !worked && next.IsZero() {
					return
				}
			}
		})
	}
	all.Wait()
	h.same(life, h.of(1))
	h.same(life, h.of(2))
}

// TestResumeWaitsWithEmptyHands: who puts an endpoint on again waits for what is in a courier's
// hand without holding the endpoint, which the courier writes next.
func TestResumeWaitsWithEmptyHands(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(ctx context.Context, tx storage.Tx, now time.Time, by staff.Person, id int64) error{"resume": hook.ResumeTx, "remove": hook.RemoveTx} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, hook.Wanted{})
			h.takes(1)
			h.tx(func(ctx context.Context, tx storage.Tx) error { return hook.PauseTx(ctx, tx, noon, h.by, h.id) })
			done := make(chan error, 1)
			h.tx(func(ctx context.Context, tx storage.Tx) error { // a courier that writes down what came of its attempt
				if _, err := tx.Exec(ctx, `select from hook_open for update`); err != nil {
					return err
				}
				go func() {
					done <- h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return act(ctx, tx, noon, h.by, h.id) })
				}()
				for h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 {
					if ctx.Err() != nil {
						return ctx.Err()
					}
				}
				free, err := storage.Value[int64](ctx, tx, `select count(*) from (select from hook_endpoint for no key update skip locked) e`)
				h.same(int64(1), free)
				return err
			})
			h.must(<-done)
		})
	}
}

// TestAgain: what was told is told once more under the id it had, and only what is asked.
func TestAgain(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.served(1, "Уже смотрю")
	h.until(noon)
	log, err := hook.Attempts(t.Context(), h.db, h.id, 0, 100)
	h.must(err)
	if len(log) != 7 || log[0].Outcome != hook.Told || log[0].Status != 200 || log[0].Kind != hook.GivenBack {
		t.Fatalf("the log: %+v", log)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		n, err := hook.AgainTx(ctx, tx, noon, h.by, h.id, hook.Again{Event: log[0].Event})
		h.same(int64(1), n)
		return err
	})
	h.until(noon)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		n, err := hook.AgainTx(ctx, tx, noon, h.by, h.id, hook.Again{Since: noon})
		h.same(int64(7), n)
		return err
	})
	h.until(noon)
	if got := h.desk.Tries(); got != 15 || len(h.desk.All()) != 7 {
		t.Errorf("%d tries, of %d events", got, len(h.desk.All()))
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error { return hook.RemoveTx(ctx, tx, noon, h.by, h.id) })
	h.takes(2)
	if n := h.count(`select count(*) from hook_event where conversation_id = 2`); n != 0 {
		t.Errorf("%d events are kept that nobody wants", n)
	}
	for worked := true; worked; {
		worked, _, err = hook.ForgetStep(h.db)(t.Context(), noon.Add(hook.Kept))
		h.must(err)
	}
	if n := h.count(`select (select count(*) from hook_event) + (select count(*) from hook_attempt)`); n != 0 {
		t.Errorf("%d rows are kept for ever", n)
	}
}

// TestNobodyInside: a name of the internet that leads to this machine is not dialled, nor
// is an address that nobody has allowed, whatever the row says.
func TestNobodyInside(t *testing.T) {
	t.Parallel()
	h := open(t, hook.Wanted{})
	h.ResolveBy(outsidetest.LeadsInside(t))
	_, port, _ := strings.Cut(h.desk.Host(), ":")
	for i, url := range []string{"https://desk.example.org:" + port + "/hooks", "http://desk.example.org:" + port + "/hooks", "https://localhost:" + port + "/hooks"} {
		_, err := h.db.Exec(t.Context(), `update hook_endpoint set url = $1, failing_since = null`, url)
		h.must(err)
		h.takes(int64(i%2 + 1))
		worked, _, err := h.Step(t.Context(), noon.Add(time.Duration(i)*time.Hour))
		h.must(err)
		if !worked {
			t.Errorf("%s: nothing was tried", url)
		}
	}
	if n := h.count(`select count(*) from hook_attempt where outcome = 'unreachable' and status is null`); n != 3 || h.desk.Tries() != 0 {
		t.Errorf("%d were not reached, %d came in", n, h.desk.Tries())
	}
	if !strings.Contains(h.log.String(), "no address of the internet") {
		t.Errorf("the log does not say why: %s", h.log.String())
	}
}
