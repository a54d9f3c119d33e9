package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"besedka/bots"
	"besedka/storage"
)

type benchWireCmd struct {
	benchPlan `embed:""`
}

// Run measures the whole way: a messenger's updates received, turned and
// answered on its wire, by shoppers who speak again when they are answered.
func (c *benchWireCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		answers, err := w.answers(ctx)
		if err != nil {
			return err
		}
		if err := w.deliverAll(ctx); err != nil {
			return err
		}
		t := &talk{w: w, answers: answers, shoppers: map[string]*shopper{}}
		for n := range manyChats {
			t.shoppers[w.peer(n)] = &shopper{n: n}
		}
		return w.compare(ctx, out, side{fmt.Sprintf("wire.%d", manyChats), "messages/s", t.measure})
	})
}

// answers is how many wire messages answer each message of a round.
func (w *world) answers(ctx context.Context) ([]int, error) {
	var answers []int
	before, err := storage.Value[int](ctx, w.db, qBenchOutbox)
	for i := range round {
		if err == nil {
			err = w.say(ctx, 1, roundAt(i))
		}
		if err != nil {
			return nil, err
		}
		after, err := storage.Value[int](ctx, w.db, qBenchOutbox)
		if err != nil {
			return nil, err
		}
		answers = append(answers, after-before)
		before = after
	}
	return answers, err
}

// deliverAll empties the outbox.
func (w *world) deliverAll(ctx context.Context) error {
	for _, l := range w.all {
		for worked := l.name == "delivery"; worked; {
			var err error
			if worked, _, err = l.step(ctx, time.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

const qBenchOutbox = `select count(*) from outbox`

// talk is the conversation of many shoppers with the bot.
type talk struct {
	w       *world
	answers []int

	mu       sync.Mutex
	shoppers map[string]*shopper
	silent   int // shoppers who were answered after the end
	until    time.Time
	times    []time.Duration
	over     context.CancelFunc
}

type shopper struct {
	n      int
	said   int // messages so far
	at     time.Time
	awaits int // wire messages of the answer still to come
}

func (t *talk) measure(ctx context.Context, length time.Duration) (score, error) {
	begun := time.Now()
	t.silent, t.until, t.times = 0, begun.Add(length), nil
	talking, over := context.WithCancel(ctx)
	defer over()
	t.over = over
	t.w.null.sent = t.heard
	t.w.loops, t.w.listeners = nil, []bots.Listener{t.w.null}
	for _, l := range t.w.all {
		if l.name == turnLoop || l.name == aloneLoop || l.name == "delivery" {
			t.w.loops = append(t.w.loops, l)
		}
	}
	var all sync.WaitGroup
	t.w.work(talking, &all)
	t.mu.Lock()
	for _, s := range t.shoppers {
		t.say(s, begun)
	}
	t.mu.Unlock()
	all.Wait()
	slices.Sort(t.times)
	return score{perSecond: float64(len(t.times)) / length.Seconds(), times: t.times}, ctx.Err()
}

func (t *talk) say(s *shopper, now time.Time) {
	m := t.w.message(s.n, roundAt(s.said))
	s.at, s.awaits = now, t.answers[s.said%len(round)]
	s.said++
	t.w.null.said <- bots.Received(m)
}

// heard takes one wire message of an answer. The last one is answered in turn,
// until the time is over; when all are silent, so are we.
func (t *talk) heard(peer string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.shoppers[peer]
	if s.awaits--; s.awaits > 0 {
		return
	}
	if now.Before(t.until) {
		t.times = append(t.times, now.Sub(s.at))
		t.say(s, now)
		return
	}
	if t.silent++; t.silent == len(t.shoppers) {
		t.over()
	}
}
