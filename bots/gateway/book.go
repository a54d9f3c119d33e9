package gateway

import (
	"context"
	"errors"
	"slices"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// book writes results of many chats together: the next ones gather while one
// commit is under way, and for a moment while others are about to come. Whoever
// writes waits for the commit, because the next message of a chat may go only
// after the previous one's result is kept.
type book struct {
	ctx     context.Context
	conv    *conversation.Service
	channel chat.Channel
	now     time.Time
	sending int // chats whose next result is still to come
	entries chan entry
	closed  chan error
}

// entry is one result, or, with all, the end of everything its chat waits for.
type entry struct {
	mark conversation.Mark
	all  bool
	done chan bool
}

func newBook(ctx context.Context, conv *conversation.Service, channel chat.Channel, now time.Time, chats int) *book {
	b := &book{ctx: ctx, conv: conv, channel: channel, now: now, sending: chats, entries: make(chan entry, chats), closed: make(chan error, 1)}
	go b.run()
	return b
}

// write keeps a result and says whether the chat's next message may go: the
// result is kept and the lane still ours.
func (b *book) write(m conversation.Mark) bool { return b.enter(entry{mark: m}) }

// fail gives up on everything a chat still waits for.
func (b *book) fail(l *conversation.Lane, reason string) {
	b.enter(entry{mark: conversation.Mark{Conversation: l.Conversation, Claim: l.Claim, Reason: reason}, all: true})
}

func (b *book) enter(e entry) bool {
	e.done = make(chan bool, 1)
	b.entries <- e
	return <-e.done
}

// close ends the book; the error is what could not be kept.
func (b *book) close() error {
	close(b.entries)
	return <-b.closed
}

func (b *book) run() {
	var all error
	for first := range b.entries {
		batch := b.gather(first)
		held, err := b.keep(batch)
		b.sending += len(held) // they go on
		for _, e := range batch {
			e.done <- slices.Contains(held, e.mark.Conversation)
		}
		all = errors.Join(all, err)
	}
	b.closed <- all
}

// gatherFor is how long a result waits for others at most, and gatherGap for the next
// one: a commit costs as much, and a messenger's answers take far longer.
const (
	gatherFor = 10 * time.Millisecond
	gatherGap = 2 * time.Millisecond
)

func (b *book) gather(first entry) []entry {
	batch := []entry{first}
	enough, gap := time.NewTimer(gatherFor), time.NewTimer(gatherGap)
	defer enough.Stop()
	defer gap.Stop()
	for b.sending--; b.sending > 0; b.sending-- {
		select {
		case e, open := <-b.entries:
			if !open {
				return batch
			}
			batch = append(batch, e)
			gap.Reset(gatherGap)
		case <-gap.C:
			return batch
		case <-enough.C:
			return batch
		}
	}
	return batch
}

// Results are worth insisting on: a message whose result is lost is sent
// twice. A database that comes back should hear them before anybody else takes
// the chat. After keepTries, 13 s in all, the lease is nearly over anyway.
const (
	keepTries = 130
	keepPause = 100 * time.Millisecond
)

// keep returns the conversations whose lanes are still held.
func (b *book) keep(batch []entry) (held []int64, err error) {
	var marks, ended []conversation.Mark
	for _, e := range batch {
		if e.all {
			ended = append(ended, e.mark)
		} else {
			marks = append(marks, e.mark)
		}
	}
	if len(marks) > 0 {
		err = b.insist(func() (err error) {
			held, err = b.conv.MarkSends(b.ctx, b.now, b.channel, marks)
			return err
		})
	}
	for _, m := range ended {
		err = errors.Join(err, b.giveUp(m))
	}
	return held, err
}

func (b *book) giveUp(m conversation.Mark) error {
	err := b.insist(func() error { return b.conv.FailAll(b.ctx, m.Conversation, m.Reason) })
	if err != nil {
		return err
	}
	return b.conv.ReleaseLanes(b.ctx, m.Claim, []int64{m.Conversation})
}

func (b *book) insist(do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || try == keepTries {
			return err
		}
		bots.Pause(b.ctx, keepPause)
	}
}
