package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// Limits of one Step. A lane stops at laneBudget, so that with its last send
// it stays within the 30 seconds of its lease, of which a message may take 15.
const (
	maxLanes    = 256
	laneBudget  = 10 * time.Second
	sendTimeout = 15 * time.Second
)

// Deliver sends what one messenger's chats are to hear: each chat's messages in
// their order, many chats at once. Several may run, in one process or in many.
type Deliver struct {
	conv    *conversation.Service
	adapter bots.Adapter
	rates   chat.Rates
	sent    func()           // told when what was sent is committed
	now     func() time.Time // sends take long: pauses count from their end
	log     *slog.Logger

	throttled throttling
	hand      conversation.Hand

	mu   sync.Mutex
	held time.Time // the messenger is left in peace until then
}

// NewDeliver sends through a, no faster than rates. Each messenger has a Deliver of its own, so that
// one that hangs holds up no other one's chats. It calls sent after every Step
// that had something to send, which is how the web chat's pages hear of it.
func NewDeliver(conv *conversation.Service, a bots.Adapter, rates chat.Rates, sent func(), now func() time.Time, log *slog.Logger) *Deliver {
	return &Deliver{conv: conv, adapter: a, rates: rates, sent: sent, now: now, log: log}
}

// Step claims chats with something to send and sends it. It has worked when it
// left something: what is written meanwhile wakes the loop. next is when to look
// again if nothing wakes the loop before; zero when nothing waits for a time.
func (d *Deliver) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	if until := d.heldUntil(); until.After(now) {
		return false, until, nil
	}
	if lone, ok := d.adapter.(bots.Lone); ok && !lone.Here() { // who has it sends, and the pace is theirs
		return false, time.Time{}, nil
	}
	lanes, err := d.conv.ClaimSends(ctx, now, d.adapter.Channel(), d.lanes(), &d.hand)
	if err != nil {
		return false, time.Time{}, err
	}
	admitted, paced, err := d.admit(ctx, now, lanes)
	if err != nil {
		return false, time.Time{}, errors.Join(err, d.giveBack(ctx, lanes))
	}
	if len(admitted) > 0 {
		if worked, err = d.sendAll(ctx, now, admitted); worked || err != nil || d.hand.Missed(admitted) {
			return err == nil, time.Time{}, err
		}
	}
	next, err = d.conv.NextSend(ctx, now)
	return false, sooner(next, paced), err
}

// giveBack lets go of chats that nothing was sent to.
func (d *Deliver) giveBack(ctx context.Context, lanes []conversation.Lane) error {
	if len(lanes) == 0 {
		return nil
	}
	ids := make([]int64, len(lanes))
	for i, l := range lanes {
		ids[i] = l.Conversation
	}
	defer d.hand.Drop(ids...)
	return d.conv.ReleaseLanes(context.WithoutCancel(ctx), lanes[0].Claim, ids)
}

// sendAll sends to all chats at once, and says whether it left something.
func (d *Deliver) sendAll(ctx context.Context, now time.Time, lanes []conversation.Lane) (more bool, err error) {
	r, end := newRound(ctx, newBook(context.WithoutCancel(ctx), d.conv, d.adapter.Channel(), now, len(lanes)))
	defer end()
	var all sync.WaitGroup
	var left atomic.Bool
	left.Store(count(lanes) >= maxLanes || d.paced()) // a claim looks at so many messages
	for i := range lanes {
		all.Go(func() {
			l := &lanes[i]
			if !d.lane(r, l) || len(l.Messages) == conversation.LanePrefix {
				left.Store(true)
			}
		})
	}
	all.Wait()
	d.hold(d.throttled.whole())
	err = r.book.close()
	d.sent()
	return left.Load(), err
}

// count is how many messages lanes have.
func count(lanes []conversation.Lane) (n int) {
	for i := range lanes {
		n += len(lanes[i].Messages)
	}
	return n
}

// lane sends one chat's messages until one does not get through or the budget ends, and
// says whether all did. It is what each chat has a goroutine for: what its stack need not
// hold while a message is on its way is in settle.
func (d *Deliver) lane(r round, l *conversation.Lane) bool {
	defer d.hand.Drop(l.Conversation)
	for i := range l.Messages {
		done, err := d.send(r, i, l)
		if errors.Is(err, bots.ErrBlocked) {
			r.book.fail(l, "blocked")
			return true
		}
		if on, all := d.settle(r, i, l, done, err); !on {
			return all
		}
	}
	return true
}

// settle keeps what became of message i of a lane, and says whether the lane goes on; when
// it does not, whether all of it got through.
func (d *Deliver) settle(r round, i int, l *conversation.Lane, done attempt, err error) (on, all bool) {
	m, now := &l.Messages[i], d.now()
	mark := outcome(now, l, m, done, err)
	d.pace(now, l, &mark)
	if err != nil {
		d.log.WarnContext(r.budget, "message not sent", "outbox", m.ID, "state", mark.State, "attempt", m.Attempts+1, "err", err)
	}
	d.react(now, l, err)
	last := i == len(l.Messages)-1
	mark.Release = mark.State == conversation.Retry || last || r.budget.Err() != nil || d.paced()
	on = r.book.write(mark) && !mark.Release
	return on, mark.State != conversation.Retry && last
}

func outcome(now time.Time, l *conversation.Lane, m *conversation.Send, done attempt, err error) conversation.Mark {
	mark := within(l, m, err, verdict(now, m, err, chat.CapsOf(l.Channel)))
	mark.ID, mark.Conversation, mark.Claim, mark.External, mark.Over = m.ID, l.Conversation, l.Claim, done.external, done.over
	mark.Template = done.template && (err == nil || mark.Reason == doubt)
	return mark
}

// round is what the chats of a step have in common.
type round struct {
	book   *book
	budget context.Context // of each lane: they begin together
	first  context.Context // of each lane's first send
}

func newRound(ctx context.Context, b *book) (r round, end func()) {
	budget, spent := context.WithTimeout(ctx, laneBudget)
	first, over := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	return round{b, budget, first}, func() { spent(); over() }
}

// sending bounds send i of a lane. It lets a call that has begun come to its end when the
// process is told to stop: its outcome is worth knowing.
func (r round) sending(i int) (context.Context, context.CancelFunc) {
	if i == 0 {
		return r.first, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(r.budget), sendTimeout)
}

// attempt is how a message went.
type attempt struct {
	external string // the messenger's id of it
	over     int64  // the row whose message it changed
	template bool   // it went as its template
}

// send sends message i of a lane. Where the window has closed, whether we know of it
// or the messenger tells, the template goes that stands in for the message.
func (d *Deliver) send(r round, i int, l *conversation.Lane) (done attempt, err error) {
	m := &l.Messages[i]
	if l.Held && m.Staff == 0 {
		return done, errHeld
	}
	ctx, cancel := r.sending(i)
	defer cancel()
	if err := d.lateAdvertising(ctx, l, m); err != nil {
		return done, err
	}
	switch {
	case l.Shut(d.now()):
		err = fmt.Errorf("%w since %s", bots.ErrWindowClosed, l.Window)
	case toldTwice(m):
		err = fmt.Errorf("%w: the messenger says so again", bots.ErrWindowClosed)
	default:
		done, err = d.sendWire(ctx, l, m)
	}
	if errors.Is(err, bots.ErrWindowClosed) && m.Wire.Template != nil {
		return d.sendTemplate(ctx, l, m)
	}
	return done, err
}

func (d *Deliver) sendWire(ctx context.Context, l *conversation.Lane, m *conversation.Send) (done attempt, err error) {
	if m.Wire.Over != "" {
		over, err := d.edit(ctx, l, m)
		if !errors.Is(err, errCannotEdit) {
			return attempt{external: over.External, over: over.ID}, err
		}
	}
	done.external, err = d.adapter.Send(ctx, l.Peer, strconv.FormatInt(m.ID, 10), m.Wire)
	if m.Wire.Answers != "" && errors.Is(err, bots.ErrRejected) { // what it quotes may be gone
		plain := m.Wire
		plain.Answers = ""
		done.external, err = d.adapter.Send(ctx, l.Peer, strconv.FormatInt(m.ID, 10), plain)
	}
	return done, err
}

// react leaves the messenger in peace when the trouble is not one chat's.
func (d *Deliver) react(now time.Time, l *conversation.Lane, err error) {
	if err == nil {
		d.throttled.pass()
	}
	if errors.Is(err, bots.ErrUnauthorized) {
		d.hold(now.Add(refusedPause))
	}
	if e, ok := errors.AsType[*bots.ThrottledError](err); ok {
		d.throttled.add(l.Conversation, now.Add(e.After))
	}
}

func (d *Deliver) hold(until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if until.After(d.held) {
		d.held = until
	}
}

func (d *Deliver) heldUntil() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.held
}
