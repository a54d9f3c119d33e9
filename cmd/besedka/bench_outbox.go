package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/storage"
)

// benchOutboxCmd measures delivery alone: chats claimed, their messages opened, sent
// to a messenger that takes each at once, and marked.
type benchOutboxCmd struct {
	benchPlan `embed:""`
}

// outboxBacklog is how many messages wait when a measurement begins: more than can be
// delivered in it. They lie as a newsletter's do, chat after chat, so that nothing is
// saved by sending a chat several at once.
const outboxBacklog = 150_000

// Run measures the loops that serve runs for one messenger.
func (c *benchOutboxCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		if err := w.deliverAll(ctx); err != nil {
			return err
		}
		said, err := storage.Collect[saidRow](ctx, w.db, qBenchSaid)
		if err != nil {
			return err
		}
		o := &outboxing{w: w}
		for _, s := range said {
			o.conversations, o.sealed = append(o.conversations, s.Conversation), append(o.sealed, s.Sealed)
		}
		return w.compare(ctx, out, side{name: "outbox", unit: "messages/s", measure: o.measure})
	})
}

// outboxing says to everybody again what they have heard first.
type outboxing struct {
	w             *world
	conversations []int64
	sealed        [][]byte
}

type saidRow struct {
	Conversation int64  `db:"conversation_id"`
	Sealed       []byte `db:"sealed"`
}

// measure counts messages; its times are those of steps.
func (o *outboxing) measure(ctx context.Context, length time.Duration) (score, error) {
	var s score
	w := o.w
	for range outboxBacklog/len(o.sealed) + 1 {
		if _, err := w.db.Exec(ctx, qBenchQueue, time.Now(), o.conversations, o.sealed); err != nil {
			return s, err
		}
	}
	if err := w.vacuum(ctx); err != nil { // a backlog has lain for longer than autovacuum sleeps
		return s, err
	}
	before, err := storage.Value[int](ctx, w.db, qBenchPending)
	if err != nil {
		return s, err
	}
	begun := time.Now()
	s.times, err = w.deliverUntil(ctx, begun.Add(length))
	took := time.Since(begun)
	if err != nil {
		return s, err
	}
	slices.Sort(s.times)
	after, err := storage.Value[int](ctx, w.db, qBenchPending)
	s.perSecond = float64(before-after) / took.Seconds()
	return s, err
}

// deliverUntil runs the bench messenger's delivery with the workers that serve gives
// it; the web chat's comes first and has nothing to do.
func (w *world) deliverUntil(ctx context.Context, end time.Time) (times []time.Duration, err error) {
	all := slices.DeleteFunc(slices.Clone(w.all), func(l loop) bool { return l.name != "delivery" })
	l := all[len(all)-1]
	var mu sync.Mutex
	var g errgroup.Group
	for range l.workers {
		g.Go(func() error {
			for time.Now().Before(end) {
				from := time.Now()
				if _, _, err := l.step(ctx, from); err != nil {
					return err
				}
				mu.Lock()
				times = append(times, time.Since(from))
				mu.Unlock()
			}
			return nil
		})
	}
	return times, g.Wait()
}

const qBenchSaid = `select distinct on (conversation_id) conversation_id, sealed from outbox order by conversation_id, id`

const qBenchQueue = `
with said as (
  insert into outbox (conversation_id, channel, sealed, at, priority)
  select u.id, l.channel, u.sealed, $1, 1 from unnest($2::bigint[], $3::bytea[]) u(id, sealed) join lane l on l.conversation_id = u.id
  returning conversation_id, id, channel, priority
)
insert into outbox_open (conversation_id, outbox_id, channel, priority) select conversation_id, id, channel, priority from said`

const qBenchPending = `select count(*) from outbox_open`
