package gateway

import (
	"context"
	"slices"
	"time"

	"besedka/core/conversation"
)

// paced says whether the messenger counts our messages. Then a chat is sent one
// message a step: what is claimed is what may go.
func (d *Deliver) paced() bool { return d.rates.Account.Limited() || d.rates.Chat.Limited() }

// lanes is how many chats a step claims.
func (d *Deliver) lanes() int {
	if d.rates.Account.Limited() {
		return min(maxLanes, d.rates.Account.Burst)
	}
	return maxLanes
}

// admit asks the account's bucket for a message of each chat and gives back the
// chats that have to wait. next is until when; replies wait for the bucket alone, so
// while one waits nothing else is looked for.
func (d *Deliver) admit(ctx context.Context, now time.Time, lanes []conversation.Lane) (_ []conversation.Lane, next time.Time, err error) {
	if !d.rates.Account.Limited() || len(lanes) == 0 {
		return lanes, time.Time{}, nil
	}
	replies := 0 // they come first
	for replies < len(lanes) && !lanes[replies].Low {
		replies++
	}
	g, err := d.conv.TakePace(ctx, now, d.adapter.Account(), d.rates.Account, replies, len(lanes)-replies)
	if err != nil {
		return nil, time.Time{}, err
	}
	if g.Replies < replies {
		d.hold(g.Next)
	}
	admitted := slices.Concat(lanes[:g.Replies], lanes[replies:replies+g.Others])
	denied := slices.Concat(lanes[g.Replies:replies], lanes[replies+g.Others:])
	return admitted, g.Next, d.giveBack(ctx, denied)
}

// pace notes in a mark that a chat was written to now, and until when that was
// enough. What waits for the person to write was not written.
func (d *Deliver) pace(now time.Time, l *conversation.Lane, mark *conversation.Mark) {
	rate := d.rates.Of(l.Channel, l.Peer)
	if !rate.Limited() || mark.State == conversation.Waiting {
		return
	}
	mark.Full = rate.Take(l.Full, now, 1)
	if ready := rate.Ready(mark.Full, 1); ready.After(now) && ready.After(mark.RetryAt) {
		mark.RetryAt = ready
	}
}

// sooner is the earlier of two instants, of which a zero one is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
