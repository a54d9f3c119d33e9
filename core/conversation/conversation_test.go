package conversation_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var allPhotos = conversation.Photos{Others: true}

// house is a conversation service on a database of its own.
type house struct {
	testing.TB
	*conversation.Service
	dsn string
	db  *storage.DB
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, dsn: storagetest.DSN(t)}
	return h.neighbour()
}

// neighbour is another process on the same database.
func (h *house) neighbour() *house {
	h.Helper()
	db, err := storage.Open(h.Context(), h.dsn, 8)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(db.Close)
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		h.Fatal(err)
	}
	members := member.New(db, keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	quiet := conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}
	return &house{TB: h.TB, Service: conversation.New(db, keys, members, quiet, slog.New(slog.DiscardHandler)), dsn: h.dsn, db: db}
}

func (h *house) receive(a conversation.Arrival) {
	h.Helper()
	if err := h.Receive(h.Context(), noon, a); err != nil {
		h.Fatal(err)
	}
}

func (h *house) count(sql string) int64 {
	h.Helper()
	n, err := storage.Value[int64](h.Context(), h.db, sql)
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func (h *house) text(sql string) string {
	h.Helper()
	s, err := storage.Value[string](h.Context(), h.db, sql)
	if err != nil {
		h.Fatal(err)
	}
	return s
}

func texts(peer string, keys ...string) (ms []conversation.Message) {
	for _, k := range keys {
		ms = append(ms, conversation.Message{Key: k, Peer: peer, At: noon, In: chat.Inbound{Text: "text " + k}})
	}
	return ms
}

func TestReceiveTwiceStoresOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	a := conversation.Arrival{
		Channel: chat.Telegram, Account: "telegram/1",
		Messages: append(texts("anna", "1", "2"), texts("boris", "3", "3")...),
		Poison:   []conversation.Poison{{Key: "4", Raw: []byte(`{"secret`), Reason: "not JSON"}},
	}
	for range 3 {
		h.receive(a)
	}
	if got := h.count(`select count(*) from inbox`); got != 3 {
		t.Errorf("inbox has %d rows, want 3", got)
	}
	if got := h.count(`select count(*) from quarantine`); got != 1 {
		t.Errorf("quarantine has %d rows, want 1", got)
	}
	if got := h.count(`select count(*) from quarantine where position('secret'::bytea in sealed) > 0`); got != 0 {
		t.Error("the poison lies open in the database")
	}
}

func TestPoisonIsForgottenAfterAMonth(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Poison: []conversation.Poison{
		{Key: "1", Raw: []byte("secret"), Reason: "no idea"},
	}})
	month := noon.AddDate(0, 0, 30)
	for _, tt := range []struct {
		at, next time.Time
		worked   bool
		left     int64
	}{
		{at: month.Add(-time.Second), next: month, left: 1},
		{at: month, worked: true},
	} {
		worked, next, err := h.QuarantineStep(t.Context(), tt.at)
		if err != nil {
			t.Fatal(err)
		}
		left := h.count(`select count(*) from quarantine`)
		if worked != tt.worked || !next.Equal(tt.next) || left != tt.left {
			t.Errorf("at %s: worked %t, next %s, %d left; want %+v", tt.at, worked, next, left, tt)
		}
	}
}

func TestPhotoIsFetchedBeforeItIsReady(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
		{Key: "1", Peer: "anna", At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "file-1"}}},
	}})
	first, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
	if err != nil || len(first) != 1 || first[0].In.Photo.Remote != "file-1" {
		t.Fatalf("claimed %+v, %v", first, err)
	}
	if again, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10); len(again) != 0 || err != nil {
		t.Errorf("claimed twice: %+v, %v", again, err)
	}
	// The worker dies: another one takes over at once, else after the lease.
	storagetest.CutSession(t, h.db)
	second, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
	if err != nil || len(second) != 1 || second[0].Attempts != 2 {
		t.Fatalf("after the worker's death: %+v, %v", second, err)
	}
	// Kills that follow one another must not use up its attempts.
	storagetest.CutSession(t, h.db)
	if soon, err := h.ClaimFetch(t.Context(), noon.Add(time.Second-time.Millisecond), allPhotos, 10); len(soon) != 0 || err != nil {
		t.Errorf("claimed at once after a second death: %+v, %v", soon, err)
	}
	third, err := h.ClaimFetch(t.Context(), noon.Add(time.Second), allPhotos, 10)
	if err != nil || len(third) != 1 || third[0].Attempts != 3 {
		t.Fatalf("a second after it: %+v, %v", third, err)
	}
	fourth, err := h.ClaimFetch(t.Context(), noon.Add(2*time.Minute), allPhotos, 10)
	if err != nil || len(fourth) != 1 || fourth[0].Attempts != 4 {
		t.Fatalf("after the lease: %+v, %v", fourth, err)
	}
	if err := h.Fetched(t.Context(), second[0], chat.Inbound{Photo: &chat.Photo{Blob: "b", Codes: []string{"t=1"}}}); err != nil {
		t.Fatal(err)
	}
	if got := h.count(`select count(*) from inbox_open where state = 'ready' and due_at <= now() and attempts = 0`); got != 1 {
		t.Errorf("%d rows are ready, want 1", got)
	}
}

// say writes n messages into the chat of peer, past any engine.
func (h *house) say(peer string, n int) {
	h.Helper()
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
		{Key: "photo-" + peer, Peer: peer, At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "f"}}},
	}})
	fetches, err := h.ClaimFetch(h.Context(), noon, allPhotos, 10)
	if err != nil || len(fetches) != 1 {
		h.Fatalf("claim a photo: %d, %v", len(fetches), err)
	}
	for i := range n {
		notice := fetches[0].Notice(fmt.Sprint(i))
		notice.Key = fmt.Sprintf("%s/%d", peer, i)
		if err := h.Say(h.Context(), noon, notice); err != nil {
			h.Fatal(err)
		}
	}
}

func (h *house) claim(limit int) []conversation.Lane {
	h.Helper()
	lanes, err := h.ClaimSends(h.Context(), noon, chat.Telegram, limit, new(conversation.Hand))
	if err != nil {
		h.Error(err)
	}
	return lanes
}

func TestSendersShareChatsAndKeepOrder(t *testing.T) {
	t.Parallel()
	h := open(t)
	const chats, messages = 12, 3
	for i := range chats {
		h.say(fmt.Sprintf("peer-%d", i), messages)
	}
	var mu sync.Mutex
	heard := map[string][]string{}
	var senders sync.WaitGroup
	begin := make(chan struct{})
	for range 4 {
		n := h.neighbour()
		if _, err := n.db.Session(t.Context()); err != nil { // so that all begin at once
			t.Fatal(err)
		}
		senders.Go(func() {
			<-begin
			for lanes := n.claim(2); len(lanes) > 0; lanes = n.claim(2) {
				for _, l := range lanes {
					mu.Lock()
					for _, m := range l.Messages {
						heard[l.Peer] = append(heard[l.Peer], m.Wire.Text)
					}
					mu.Unlock()
				}
			}
		})
	}
	close(begin)
	senders.Wait()
	if len(heard) != chats {
		t.Errorf("%d chats were claimed, want %d", len(heard), chats)
	}
	for peer, got := range heard {
		if diff := cmp.Diff([]string{"0", "1", "2"}, got); diff != "" {
			t.Errorf("%s heard (-want +got):\n%s", peer, diff)
		}
	}
}

// TestChatsOfADeadSenderAreFreeAtOnce: a lease ends with its holder's session,
// and a holder who lives on hears that the chat is not theirs any more.
func TestChatsOfADeadSenderAreFreeAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 3)
	lane := h.claim(1)[0]
	other := h.neighbour()
	if got := other.claim(1); len(got) != 0 {
		t.Fatalf("a chat in living hands was claimed: %+v", got)
	}
	sent := func(s *house, n int, claim int64) []int64 {
		t.Helper()
		held, err := s.MarkSends(t.Context(), noon, chat.Telegram, []conversation.Mark{{ID: lane.Messages[n].ID, Conversation: lane.Conversation, Claim: claim, State: conversation.Sent}})
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	if held := sent(h, 0, lane.Claim); !slices.Contains(held, lane.Conversation) {
		t.Error("the holder lost its lane by sending")
	}
	storagetest.CutSession(t, h.db)
	taken := other.claim(1)
	if len(taken) != 1 || len(taken[0].Messages) != 2 {
		t.Fatalf("after the holder's session ended: %+v, want the rest of the chat", taken)
	}
	if held := sent(h, 1, lane.Claim); len(held) != 0 {
		t.Error("the former holder still believes the chat to be its own")
	}
	if err := h.ReleaseLanes(t.Context(), lane.Claim, []int64{lane.Conversation}); err != nil {
		t.Fatal(err)
	}
	if got := h.claim(1); len(got) != 0 {
		t.Errorf("the former holder gave away a lane of another: %+v", got)
	}
	if held := sent(other, 2, taken[0].Claim); !slices.Contains(held, lane.Conversation) {
		t.Error("the new holder does not hold the lane")
	}
}

func TestThrottledChatWaitsAndGoesOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.say("anna", 2)
	lane := h.claim(1)[0]
	later := noon.Add(time.Minute)
	mark := func(m conversation.Mark) {
		t.Helper()
		m.Conversation, m.Claim = lane.Conversation, lane.Claim
		if _, err := h.MarkSends(t.Context(), noon, chat.Telegram, []conversation.Mark{m}); err != nil {
			t.Fatal(err)
		}
	}
	mark(conversation.Mark{ID: lane.Messages[0].ID, State: conversation.Retry, RetryAt: later, Reason: "429"})
	if err := h.ReleaseLanes(t.Context(), lane.Claim, []int64{lane.Conversation}); err != nil {
		t.Fatal(err)
	}
	if got := h.claim(1); len(got) != 0 {
		t.Errorf("a throttled chat was claimed: %+v", got)
	}
	if next, err := h.NextSend(t.Context(), noon); !next.Equal(later) || err != nil {
		t.Errorf("next send at %v, %v; want %v", next, err, later)
	}
	again, err := h.ClaimSends(t.Context(), later, chat.Telegram, 1, new(conversation.Hand))
	if err != nil || len(again) != 1 || len(again[0].Messages) != 2 || again[0].Messages[0].Attempts != 1 {
		t.Fatalf("after the throttle: %+v, %v", again, err)
	}
	mark(conversation.Mark{ID: lane.Messages[0].ID, State: conversation.Sent, External: "77"})
	mark(conversation.Mark{ID: lane.Messages[0].ID, State: conversation.Failed, Reason: "too late"}) // a slow sender's word changes nothing
	if got := h.count(`select count(*) from outbox_outcome where state = 'sent' and external_id = '77'`); got != 1 {
		t.Error("the message is not marked sent")
	}
}

// TestAnAlbumHoldsUpNobody: one photo of a chat at a time, in their order.
func TestAnAlbumHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, peer := range []string{"album", "album", "album", "anna"} {
		h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: fmt.Sprint(i), Peer: peer, At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: fmt.Sprint(i)}}},
		}})
	}
	claim := func() (photos []conversation.Fetch, remotes []string) {
		t.Helper()
		photos, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range photos {
			remotes = append(remotes, p.In.Photo.Remote)
		}
		slices.Sort(remotes)
		return photos, remotes
	}
	first, remotes := claim()
	if diff := cmp.Diff([]string{"0", "3"}, remotes); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	if next, err := h.NextFetch(t.Context(), allPhotos); err != nil || !next.After(noon) {
		t.Errorf("the next photo is due at %s, %v; want after those in hand", next, err)
	}
	for _, p := range first {
		if err := h.Fetched(t.Context(), p, p.In); err != nil {
			t.Fatal(err)
		}
	}
	if _, remotes := claim(); !slices.Equal(remotes, []string{"1"}) {
		t.Errorf("claimed %v then, want the album's second", remotes)
	}
}

// TestPhotosOfOneChannel: who asks for some channels' photos gets, and waits
// for, no other one's.
func TestPhotosOfOneChannel(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, c := range []chat.Channel{chat.Telegram, chat.Webchat} {
		h.receive(conversation.Arrival{Channel: c, Account: string(c), Messages: []conversation.Message{
			{Key: "1", Peer: "anna", At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "f"}}},
		}})
	}
	both := []chat.Channel{chat.Webchat, chat.Telegram}
	for _, tt := range []struct {
		of   conversation.Photos
		want []chat.Channel
	}{
		{conversation.Photos{Channels: both, Others: true}, nil},
		{conversation.Photos{Channels: both[:1]}, both[:1]},
		{conversation.Photos{Channels: both[:1], Others: true}, both[1:]},
	} {
		next, err := h.NextFetch(t.Context(), tt.of)
		if err != nil || next.IsZero() != (tt.want == nil) {
			t.Errorf("of %v the next is due at %s, %v", tt.of, next, err)
		}
		photos, err := h.ClaimFetch(t.Context(), noon, tt.of, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []chat.Channel
		for _, p := range photos {
			got = append(got, p.Channel)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("of %v claimed those of %v, want %v", tt.of, got, tt.want)
		}
	}
}

// TestErasedHoldUpNobody: what was said or sent in the moment of an erasure is
// nobody's any more, and everybody else's goes on.
func TestErasedHoldUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	photo := chat.Inbound{Photo: &chat.Photo{Remote: "file"}}
	for _, peer := range []string{"erased", "anna"} {
		h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
			{Key: peer + "/1", Peer: peer, At: noon, In: photo},
		}})
	}
	photos, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
	if err != nil || len(photos) != 2 {
		t.Fatalf("claimed %d photos, %v; want 2", len(photos), err)
	}
	for _, p := range photos {
		if err := h.Say(t.Context(), noon, p.Notice("смотрю фото")); err != nil {
			t.Fatal(err)
		}
		if err := h.FetchLater(t.Context(), p, noon); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.db.Exec(t.Context(), `update subject set wrapped_key = null where id = $1`, photos[0].Subject); err != nil {
		t.Fatal(err)
	}
	if photos, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10); err != nil || len(photos) != 1 {
		t.Errorf("claimed %d photos, %v; want the other one's", len(photos), err)
	}
	if lanes := h.claim(10); len(lanes) != 1 || lanes[0].Peer != "anna" {
		t.Errorf("claimed %d chats, want the other one's", len(lanes))
	}
	if n := h.count(`select count(*) from inbox_open where state = 'parked'`); n != 1 {
		t.Errorf("%d photos are put aside, want 1", n)
	}
}

// TestNothingIsSaidToTheErased: a notice of the moment of an erasure would wait for
// ever, as nobody can be written to without a key.
func TestNothingIsSaidToTheErased(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: []conversation.Message{
		{Key: "gone/1", Peer: "gone", At: noon, In: chat.Inbound{Photo: &chat.Photo{Remote: "file"}}},
	}})
	photos, err := h.ClaimFetch(t.Context(), noon, allPhotos, 10)
	if err != nil || len(photos) != 1 {
		t.Fatalf("claimed %d photos, %v; want 1", len(photos), err)
	}
	said := make(chan error, 1)
	err = h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := tx.Exec(ctx, `update subject set wrapped_key = null where id = $1`, photos[0].Subject)
		go func() { said <- h.Say(t.Context(), noon, photos[0].Notice("смотрю фото")) }()
		for len(said) == 0 && h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 {
		}
		return err
	})
	if err := errors.Join(err, <-said); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from outbox`); n != 0 {
		t.Errorf("%d notices wait for nobody", n)
	}
}

func TestEventGoesToTheChatItConcerns(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: texts("anna", "1")})
	subject := h.count(`select id from subject`)
	who := h.count(`select member_id from subject`)
	notify := func(to conversation.Recipient) {
		t.Helper()
		err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			return h.NotifyTx(ctx, tx, noon, to, "receipt/1/credited", conversation.Event{Name: "receipt.credited"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	notify(conversation.Recipient{Member: who, Subject: subject})
	notify(conversation.Recipient{Member: who}) // the same event again
	notify(conversation.Recipient{Member: who + 1000})
	if got := h.count(`select count(*) from inbox where kind = 'event'`); got != 1 {
		t.Errorf("%d events came through the door, want 1", got)
	}
}

func TestTimersWakeAtTheirTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.receive(conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1", Messages: slices.Concat(texts("anna", "1"), texts("boris", "2"))})
	_, err := h.db.Exec(t.Context(), `insert into timer (conversation_id, turn_no, due_at)
		select id, 0, $1 from conversation`, noon)
	if err != nil {
		t.Fatal(err)
	}
	if worked, _, err := h.TimerStep(t.Context(), noon.Add(-time.Second)); worked || err != nil {
		t.Errorf("before its time: worked %v, %v", worked, err)
	}
	if worked, _, err := h.TimerStep(t.Context(), noon); !worked || err != nil {
		t.Errorf("at its time: worked %v, %v", worked, err)
	}
	if got := h.count(`select count(*) from inbox where kind = 'timer'`); got != 2 {
		t.Errorf("%d timers woke somebody, want 2", got)
	}
	if worked, next, err := h.TimerStep(t.Context(), noon); worked || !next.IsZero() || err != nil {
		t.Errorf("afterwards: worked %v, next %v, %v", worked, next, err)
	}
}

// TestHostileKeys: whatever a key is, it is kept, once, and holds up nothing beside it.
func TestHostileKeys(t *testing.T) {
	t.Parallel()
	h := open(t)
	keys := []string{"a\x00", "\xff", strings.Repeat("k", 100_000), "plain"}
	var taps []conversation.Message
	for _, k := range keys {
		taps = append(taps, conversation.Message{Key: k, Peer: "1", At: noon, In: chat.Inbound{Tap: "yes"}})
	}
	for range 2 {
		h.receive(conversation.Arrival{Channel: chat.VK, Account: "vk/1", Messages: taps, Poison: []conversation.Poison{{Key: "p\x00", Raw: []byte("?")}}})
	}
	if n := h.count(`select count(*) from inbox`); n != int64(len(keys)) {
		t.Errorf("%d rows, want %d", n, len(keys))
	}
	if n := h.count(`select count(*) from quarantine`); n != 1 {
		t.Errorf("%d put aside, want 1", n)
	}
}
