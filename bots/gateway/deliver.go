package gateway

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// Limits of one Step. A lane stops at laneBudget, so that with its last send
// it stays within the 30 seconds of its lease, of which a message may take 15.
const (
	maxLanes    = 64
	laneBudget  = 10 * time.Second
	sendTimeout = 15 * time.Second
)

// Deliver sends the outbox: each chat's messages in their order, many chats at
// once. Several may run, in one process or in many.
type Deliver struct {
	conv     *conversation.Service
	adapters map[chat.Channel]bots.Adapter
	now      func() time.Time // sends take long: pauses count from their end
	log      *slog.Logger

	mu   sync.Mutex
	held map[chat.Channel]time.Time // channels to leave in peace until then
}

// NewDeliver sends through the given adapters, one a channel.
func NewDeliver(conv *conversation.Service, adapters []bots.Adapter, now func() time.Time, log *slog.Logger) *Deliver {
	return &Deliver{conv: conv, adapters: byChannel(adapters), now: now, log: log, held: map[chat.Channel]time.Time{}}
}

func byChannel(adapters []bots.Adapter) map[chat.Channel]bots.Adapter {
	m := map[chat.Channel]bots.Adapter{}
	for _, a := range adapters {
		m[a.Channel()] = a
	}
	return m
}

// Step claims chats with something to send and sends it. next is when to look
// again if nothing wakes the loop before; zero when nothing waits for a time.
func (d *Deliver) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	free, next := d.free(now)
	lanes, err := d.conv.ClaimSends(ctx, now, free, maxLanes)
	if err != nil {
		return false, next, err
	}
	if len(lanes) == 0 {
		throttled, err := d.conv.NextSend(ctx, now)
		return false, sooner(now, next, throttled), err
	}
	book := newBook(context.WithoutCancel(ctx), d.conv, now)
	var throttled throttling
	var all sync.WaitGroup
	for _, l := range lanes {
		all.Go(func() { d.lane(ctx, book, &throttled, l) })
	}
	all.Wait()
	d.holdThrottled(&throttled)
	return true, time.Time{}, book.close()
}

// lane sends one chat's messages until one does not get through.
func (d *Deliver) lane(ctx context.Context, book *book, throttled *throttling, l conversation.Lane) {
	budget, cancel := context.WithTimeout(ctx, laneBudget)
	defer cancel()
	for i, m := range l.Messages {
		external, err := d.send(ctx, l, m)
		if errors.Is(err, bots.ErrBlocked) {
			book.fail(l, "blocked")
			return
		}
		now := d.now()
		mark := verdict(now, m, err, chat.CapsOf(l.Channel).Idempotent)
		mark.ID, mark.Conversation, mark.External = m.ID, l.Conversation, external
		if err != nil {
			d.log.WarnContext(ctx, "message not sent", "outbox", m.ID, "state", mark.State, "attempt", m.Attempts+1, "err", err)
			d.react(now, l.Channel, throttled, err)
		}
		stop := mark.State == conversation.Retry || i == len(l.Messages)-1 || budget.Err() != nil
		if !book.write(mark, stop) || stop {
			return
		}
	}
}

// send lets a call that has begun come to its end when the process is told to
// stop: its outcome is worth knowing.
func (d *Deliver) send(ctx context.Context, l conversation.Lane, m conversation.Send) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	return d.adapters[l.Channel].Send(ctx, l.Peer, strconv.FormatInt(m.ID, 10), m.Wire)
}

// react leaves a channel in peace when the trouble is not one chat's.
func (d *Deliver) react(now time.Time, c chat.Channel, throttled *throttling, err error) {
	if errors.Is(err, bots.ErrUnauthorized) {
		d.hold(c, now.Add(refusedPause))
	}
	if e, ok := errors.AsType[*bots.ThrottledError](err); ok {
		throttled.add(c, now.Add(e.After))
	}
}

func (d *Deliver) holdThrottled(t *throttling) {
	for c, until := range t.channels() {
		d.hold(c, until)
	}
}

func (d *Deliver) hold(c chat.Channel, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held[c] = until
}

// free lists the channels that may be sent to now, and says when the next one
// may.
func (d *Deliver) free(now time.Time) (free []chat.Channel, next time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.adapters {
		if until := d.held[c]; until.After(now) {
			next = sooner(now, next, until)
		} else {
			free = append(free, c)
		}
	}
	return free, next
}

// sooner is the earlier of two instants that lie after now; zero ones and past
// ones do not count.
func sooner(now, a, b time.Time) time.Time {
	switch {
	case !b.After(now):
		return a
	case !a.After(now) || b.Before(a):
		return b
	}
	return a
}
