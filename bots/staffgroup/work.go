package staffgroup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/core/support"
	"besedka/core/support/topic"
)

// change is a conversation that its topic does not show as it is, and the mark of how it is.
type change struct {
	topic.Work
	now string
}

// passed is a conversation with a mark about which nothing could be done until an instant,
// or nothing is left to do.
type passed struct {
	mark  string
	until time.Time
	done  bool
}

// forgotten is the mark of a conversation whose person is erased: no topic shows it.
const forgotten = "forgotten"

// changed are all conversations that their topics do not show as they are; those that wait
// longest for a post first.
func (g *Group) changed(ctx context.Context) (all []change, err error) {
	for after := int64(0); ; {
		works, err := topic.Works(ctx, g.DB, g.chat(), after)
		if err != nil {
			return nil, err
		}
		some, err := g.compare(ctx, works)
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); len(works) < topic.WorkLimit {
			break
		}
		after = works[len(works)-1].Conversation
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.waits().Compare(b.waits()) })
	return all, nil
}

// compare picks the conversations that have changed.
func (g *Group) compare(ctx context.Context, works []topic.Work) (all []change, err error) {
	ids := make([]int64, len(works))
	for i, w := range works {
		ids[i] = w.Conversation
	}
	marks, err := support.ThreadMarks(ctx, g.DB, ids)
	if err != nil {
		return nil, err
	}
	for _, w := range works {
		now := fmt.Sprint(marks[w.Conversation], ".", w.Closing)
		if w.Forgotten {
			now = forgotten
		}
		if now != w.Mark && (w.Stands || !w.Forgotten) {
			all = append(all, change{w, now})
		}
	}
	return all, nil
}

// waits is since when a conversation waits for a post.
func (c change) waits() time.Time {
	switch {
	case c.PostedAt != nil:
		return *c.PostedAt
	case c.QueuedAt != nil:
		return *c.QueuedAt
	}
	return time.Time{}
}

// maxLooks is how many conversations are looked into for one thing to do: those about which
// nothing can be done yet are passed by next time, so that every one has its turn.
const maxLooks = 25

// next does the next thing about a conversation. They are compared with their topics anew
// when that is some time ago, and before there is nothing to do.
func (g *Group) next(ctx context.Context, now time.Time, room topic.Room) (worked bool, next time.Time, err error) {
	if now.Before(g.compared.Add(lookAround)) {
		if worked, _, err := g.work(ctx, now, room); worked || err != nil {
			return worked, next, err
		}
	}
	all, err := g.changed(ctx)
	if err != nil {
		return false, next, err
	}
	g.changes, g.compared = all, now
	g.remember()
	return g.work(ctx, now, room)
}

// work does the first thing that is to be done about any of the conversations. What people
// have taken and what waits to be taken go by turns: a flood of the one holds up the other
// no longer than by itself.
func (g *Group) work(ctx context.Context, now time.Time, room topic.Room) (worked bool, next time.Time, err error) {
	looks := 0
	for _, c := range byTurns(g.changes, g.others) {
		was := g.passed[c.Conversation]
		due := was.until
		if !was.done && !now.Before(due) {
			if looks++; looks > maxLooks {
				return false, now, nil
			}
			worked, due, err = g.show(ctx, now, room, c)
			if worked || err != nil {
				g.others = c.Held
				g.passed[c.Conversation] = passed{c.now, due, c.Forgotten}
				return worked, next, err
			}
			g.passed[c.Conversation] = passed{c.now, due, due.IsZero()}
		}
		if !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return false, next, nil
}

// byTurns puts those first whose turn it is.
func byTurns(all []change, others bool) []change {
	first, second := []change{}, []change{}
	for _, c := range all {
		if c.Held != others {
			first = append(first, c)
		} else {
			second = append(second, c)
		}
	}
	return append(first, second...)
}

// remember forgets of whom was passed by what has changed since.
func (g *Group) remember() {
	kept := map[int64]passed{}
	for _, c := range g.changes {
		if p := g.passed[c.Conversation]; p.mark == c.now && !p.done {
			kept[c.Conversation] = p
		}
	}
	g.passed = kept
}
