package gateway

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/storage"
)

// TestOrderInACrowd: 32 people write at once, what they wrote is told again at any
// later moment by two receivers, and four loops deliver the answers meanwhile. Every
// chat is heard and answered once, in its own order.
func TestOrderInACrowd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const crowd, each = 32, 15
	sinks := []bots.Sink{
		Sink(h.conv, chat.Telegram, func() time.Time { return noon }),
		Sink(h.conv, chat.Telegram, func() time.Time { return noon }),
	}
	for who := range int64(crowd) {
		h.opens(t, who+1)
	}
	var left atomic.Int64
	left.Store(crowd * each)
	var loops, senders sync.WaitGroup
	for range 4 {
		d := NewDeliver(h.conv, h.bot, chat.Rates{}, func() {}, func() time.Time { return noon }, slog.New(slog.DiscardHandler))
		loops.Go(func() {
			for left.Load() > 0 || len(h.fake.Sent(0, 0)) < crowd*each {
				if _, _, err := d.Step(t.Context(), noon); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for who := range int64(crowd) {
		senders.Go(func() {
			for i := range each {
				h.tells(t, sinks, who+1, i)
				h.answers(t, who+1, i)
				left.Add(-1)
			}
		})
	}
	senders.Wait()
	loops.Wait()

	heard := h.inbox(t)
	for who := range int64(crowd) {
		var asked, answered []string
		for i := range each {
			asked, answered = append(asked, message(who+1, i)), append(answered, fmt.Sprint("ответ ", i))
		}
		if diff := cmp.Diff(asked, heard[who+1]); diff != "" {
			t.Errorf("of %d we heard (-want +got):\n%s", who+1, diff)
		}
		if diff := cmp.Diff(answered, h.heard(who+1)); diff != "" {
			t.Errorf("%d heard (-want +got):\n%s", who+1, diff)
		}
	}
}

func message(who int64, i int) string { return fmt.Sprintf("%d-%02d", who, i) }

// tells hands over message i of a person, after some of the earlier ones once more.
func (h *house) tells(t *testing.T, sinks []bots.Sink, who int64, i int) {
	var told sync.WaitGroup
	give := func(sink bots.Sink, i int) {
		key := message(who, i)
		err := sink(t.Context(), bots.Batch{Account: h.bot.Account(), Messages: []bots.Received{
			{Key: key, Peer: strconv.FormatInt(who, 10), At: noon, In: chat.Inbound{Text: key}},
		}})
		if err != nil {
			t.Error(err)
		}
	}
	for range rand.IntN(3) {
		told.Go(func() { give(sinks[1], rand.IntN(i+1)) })
	}
	if i == 0 || rand.IntN(2) == 0 {
		give(sinks[0], i)
	}
	told.Wait()
	give(sinks[0], i)
}

// answers puts an answer into the outbox, as the runner would.
func (h *house) answers(t *testing.T, who int64, i int) {
	text := fmt.Sprint("ответ ", i)
	if err := h.queue(t.Context(), who, fmt.Sprint("answer/", who, "/", i), text); err != nil {
		t.Error(err)
	}
}

// inbox is what was heard of each person, in the order of their turns.
func (h *house) inbox(t *testing.T) map[int64][]string {
	t.Helper()
	type row struct {
		Key string `db:"dedupe_key"`
	}
	rows, err := storage.Collect[row](t.Context(), h.db, `select dedupe_key from inbox order by id`)
	if err != nil {
		t.Fatal(err)
	}
	heard := map[int64][]string{}
	for _, r := range rows {
		key := r.Key[strings.LastIndexByte(r.Key, '/')+1:]
		if who, err := strconv.ParseInt(strings.Split(key, "-")[0], 10, 64); err == nil {
			heard[who] = append(heard[who], key)
		}
	}
	return heard
}
