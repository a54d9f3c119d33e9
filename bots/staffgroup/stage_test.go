package staffgroup_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/bots/gateway"
	"besedka/bots/staffgroup"
	"besedka/bots/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// room is the number of the staff's group.
const room = -1001

// Numbers in Telegram: of two of the staff, and of somebody who is not.
const (
	anna     = 701
	boris    = 702
	stranger = 799
)

// programme says how people work.
var programme = flows.Programme{
	Languages: []string{"ru"}, Location: time.UTC,
	Flows:   map[string]*flows.Flow{"help": {Steps: []*flows.Step{{Handoff: "support"}}}},
	Support: flows.Support{Ends: []flows.Label{{ID: "solved", Title: flows.Words{"ru": "Вопрос решён"}}, {ID: "silent", Title: flows.Words{"ru": "Молчит"}}}},
}

// stage is the staff's group, the bot that shoppers write to, and what lies between.
type stage struct {
	t        *testing.T
	mu       sync.Mutex
	at       time.Time
	db       *storage.DB
	keys     *seal.Keyring
	door     *conversation.Service
	media    *media.Service
	staff    *staff.Service
	group    *fake.Server
	shoppers *fake.Server
	deliver  *gateway.Deliver
	url      string // of the group's Telegram
	room     int64  // that the process is told of
	g        *staffgroup.Group
	kill     func()
	people   map[int64]int64 // of the staff, by their number in Telegram
}

// taken is a conversation that Anna has taken in its topic.
func taken(t *testing.T) *stage {
	t.Helper()
	h := open(t)
	h.says(11, "Здравствуйте")
	h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	return h
}

func open(t *testing.T) *stage {
	t.Helper()
	h := &stage{t: t, at: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), db: storagetest.DB(t), room: room, people: map[int64]int64{}}
	var err error
	h.keys, err = seal.New([]byte("0123456789abcdef0123456789abcdef"))
	h.must(err)
	members := member.New(h.db, h.keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	h.door = conversation.New(h.db, h.keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, quiet())
	h.media, h.staff = media.New(h.db, h.keys), staff.New(h.db)
	h.group, h.shoppers = fake.New("7:staff", h.now), fake.New("42:shoppers", h.now)
	h.group.AddGroup(room)
	h.url = h.serve(h.group)
	bot, err := telegram.New(telegram.Config{Token: "42:shoppers", Server: h.serve(h.shoppers), Picture: h.picture, Now: h.now, Log: quiet()})
	h.must(err)
	h.deliver = gateway.NewDeliver(h.door, bot, chat.Rates{}, func() {}, h.now, quiet())
	h.start()
	h.hire(anna, "Анна", staff.Operator)
	h.hire(boris, "Борис", staff.Operator)
	h.tick()
	return h
}

func (h *stage) picture(ctx context.Context, m chat.Media) ([]byte, error) {
	f, err := h.media.Get(ctx, m.Blob)
	return f.Data, err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (h *stage) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *stage) serve(f *fake.Server) string {
	srv := httptest.NewServer(f)
	h.t.Cleanup(srv.Close)
	h.t.Cleanup(f.Close)
	return srv.URL
}

func (h *stage) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

// start is a process that listens to the group, until h.kill.
func (h *stage) start() {
	h.t.Helper()
	forum, err := telegram.NewForum(telegram.Config{Token: "7:staff", Server: h.url, Now: h.now, Log: quiet()})
	h.must(err)
	h.g = staffgroup.New(staffgroup.Config{
		Forum: forum, Chat: h.room, DB: h.db, Door: h.door, Media: h.media, Words: func() *locales.Printer { return locales.BuiltIn().Printer("ru") },
		Programme: func() *flows.Programme { return &programme }, Mark: func(chat.Channel, string) string { return "" },
		Site: "https://bonus.example", Now: h.now, Log: quiet(),
	})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { h.g.Run(ctx) })
	h.kill = sync.OnceFunc(func() {
		stop()
		running.Wait()
	})
	h.t.Cleanup(h.kill)
	h.act(fake.Act{From: 1, Text: "/start"}) // it listens once that is taken
}

// act lets somebody do a thing where the staff's bot hears it, and waits until it is
// carried out.
func (h *stage) act(a fake.Act) {
	h.t.Helper()
	_, err := h.group.Do(a)
	h.must(err)
	h.must(h.group.AwaitConfirmed(h.t.Context()))
}

// hire admits somebody who proves their number to the bot.
func (h *stage) hire(number int64, name string, roles ...staff.Role) {
	h.t.Helper()
	p, err := h.staff.Invite(h.t.Context(), h.now(), staff.Person{Name: name, Roles: roles}, staff.NewToken())
	h.must(err)
	h.people[number] = p.ID
	code, err := h.staff.TelegramCode(h.t.Context(), h.now(), 0, p.ID)
	h.must(err)
	h.act(fake.Act{From: number, Text: "/start " + code})
}

// tick lets a second pass and everything that is due be done.
func (h *stage) tick() {
	h.t.Helper()
	h.mu.Lock()
	h.at = h.at.Add(time.Second)
	h.mu.Unlock()
	for worked := true; worked; {
		var err error
		worked, _, err = h.deliver.Step(h.t.Context(), h.now())
		h.must(err)
		more, _, err := h.g.Step(h.t.Context(), h.now())
		h.must(err)
		worked = worked || more
	}
}

// skip lets a time pass in which nobody looks.
func (h *stage) skip(d time.Duration) {
	h.t.Helper()
	h.mu.Lock()
	h.at = h.at.Add(d)
	h.mu.Unlock()
	h.tick()
}

func (h *stage) ticks(seconds int) {
	h.t.Helper()
	for range seconds {
		h.tick()
	}
}

// write is a message of a shopper in Telegram.
func (h *stage) write(peer int64, key string, in chat.Inbound) {
	h.t.Helper()
	_, err := h.shoppers.Do(fake.Act{From: peer, Text: "x"}) // the bot may write to them
	h.must(err)
	h.must(h.door.Receive(h.t.Context(), h.now(), conversation.Arrival{Channel: chat.Telegram, Account: "telegram/42", Messages: []conversation.Message{
		{Key: key, Peer: strconv.FormatInt(peer, 10), At: h.now(), In: in},
	}}))
}

func (h *stage) says(peer int64, text string) {
	h.t.Helper()
	h.write(peer, "m"+text, chat.Inbound{Text: text})
}

// call hands the newest conversation over to people and returns its number.
func (h *stage) call() (id int64) {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.db, `select max(id) from conversation`)
	h.must(err)
	h.handOff(id)
	return id
}

func (h *stage) handOff(id int64) {
	h.t.Helper()
	h.batch(func(b *storage.Batch) { conversation.QueueHandOffs(b, h.now(), []int64{id}, []string{"support"}) })
}

// takeUp is what the bot's turn does with a conversation that was given back.
func (h *stage) takeUp(id int64) {
	h.t.Helper()
	h.batch(func(b *storage.Batch) { conversation.QueueTakeUps(b, h.now(), []conversation.Back{{Conversation: id}}) })
}

func (h *stage) batch(fill func(b *storage.Batch)) {
	h.t.Helper()
	var b storage.Batch
	fill(&b)
	h.must(h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error { return b.Send(ctx, tx) }))
}

// topic is the only topic that was not deleted.
func (h *stage) topic() fake.Topic {
	h.t.Helper()
	var alive []fake.Topic
	for _, t := range h.group.Topics(room) {
		if !t.Deleted {
			alive = append(alive, t)
		}
	}
	if len(alive) != 1 {
		h.t.Fatalf("%d topics stand, want 1: %+v", len(alive), alive)
	}
	return alive[0]
}

// texts are what the bot's messages in a topic say now, the card first.
func (h *stage) texts(thread int64) (all []string) {
	for _, m := range h.group.Standing(room, thread) {
		all = append(all, m.Text)
	}
	return all
}

// shows is all that stands in the only topic.
func (h *stage) shows() string { return strings.Join(h.texts(h.topic().Thread), "\n--\n") }

func (h *stage) shown(want ...string) {
	h.t.Helper()
	for _, w := range want {
		if got := h.shows(); strings.Count(got, w) != 1 {
			h.t.Errorf("the topic shows %q %d times, want once:\n%s", w, strings.Count(got, w), got)
		}
	}
}

// hidden is what does not stand in the only topic.
func (h *stage) hidden(unwanted ...string) {
	h.t.Helper()
	for _, w := range unwanted {
		if got := h.shows(); strings.Contains(got, w) {
			h.t.Errorf("the topic shows %q:\n%s", w, got)
		}
	}
}

// in is what somebody writes in the only topic; it returns the number of the message.
func (h *stage) in(who int64, text string) (message int64) {
	h.t.Helper()
	h.act(fake.Act{From: who, Group: room, Thread: h.topic().Thread, Text: text})
	return h.group.Newest()
}

// tap presses the key with the title on the card of the only topic, and returns what the
// person is shown.
func (h *stage) tap(who int64, title string) string {
	h.t.Helper()
	h.act(fake.Act{From: who, Group: room, Thread: h.topic().Thread, Button: title})
	return h.group.Toast()
}

// heard is what stands in a shopper's chat.
func (h *stage) heard(peer int64) (all []string) {
	for _, m := range h.shoppers.Standing(peer, 0) {
		all = append(all, m.Text)
	}
	return all
}

// heardFromStaffBot is what somebody was told in their own chat with the staff's bot.
func (h *stage) heardFromStaffBot(who int64) []fake.Sent { return h.group.Sent(who, 0) }

// reply is what one of the staff says in the console.
func (h *stage) reply(id, who int64, text string) error {
	s, err := conversation.Show(h.t.Context(), h.db, id)
	h.must(err)
	return h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return h.door.ReplyTx(ctx, tx, h.now(), conversation.Reply{
			Conversation: id, Staff: h.people[who], Key: "console " + text, Text: text, Seen: s.Newest, Mark: func(chat.Channel, string) string { return "" },
		})
	})
}

// take is one of the staff taking a conversation in the console.
func (h *stage) take(id, who, from int64) error {
	return h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return h.door.TakeTx(ctx, tx, h.now(), conversation.Taking{Conversation: id, Staff: h.people[who], From: from, Queue: "support"})
	})
}

func (h *stage) count(sql string) int {
	h.t.Helper()
	n, err := storage.Value[int](h.t.Context(), h.db, sql)
	h.must(err)
	return n
}

func (h *stage) equal(what string, got, want any) {
	h.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Errorf("%s: %v, want %v", what, got, want)
	}
}
