package staffgroup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"

	"besedka/bots/telegram"
	"besedka/core/conversation"
	"besedka/core/support/topic"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
)

// Keys of a card that asks why its conversation is closed; the reason stands behind
// closeKey.
const (
	askKey   = "close"
	closeKey = "close/"
	keepKey  = "keep"
)

// reasons are the keys of a card that asks why the conversation is closed.
func (g *Group) reasons() (rows [][]telegram.Key) {
	p := g.Programme()
	for _, end := range p.Support.Ends {
		rows = append(rows, []telegram.Key{{Title: g.with("group.key.because", locales.Args{"reason": locales.Text(end.In(p, p.Base()))}), Data: closeKey + short(end.ID)}})
	}
	return append(rows, []telegram.Key{{Title: g.word("group.key.keep"), Data: keepKey}})
}

// short is a name in the few bytes that a key may carry.
func short(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

// ask lets the card ask why the conversation is closed, who has it; the question ends when
// somebody else takes it.
func (g *Group) ask(ctx context.Context, tx storage.Tx, s said) error {
	taken, err := g.Door.HoldTx(ctx, tx, s.conversation, s.by.ID)
	if err != nil {
		return err
	}
	return topic.AskTx(ctx, tx, s.Chat, s.conversation, taken.Fence)
}

// keepOpen takes the question back; whoever of the staff may.
func (g *Group) keepOpen(ctx context.Context, tx storage.Tx, s said) error {
	return topic.AskTx(ctx, tx, s.Chat, s.conversation, 0)
}

// close gives the conversation back to the bot for a reason, as the console does; not past
// what does not stand in the topic yet.
func (g *Group) close(ctx context.Context, tx storage.Tx, s said, ended string) error {
	if ended == "" {
		return errReason
	}
	seen, err := topic.Seen(ctx, tx, s.conversation, math.MaxInt64)
	if err != nil {
		return err
	}
	back := conversation.GiveBack{Conversation: s.conversation, Staff: s.by.ID, Key: "telegram " + s.Tap, Ask: g.Programme().Support.Rate, Ended: ended, Seen: seen}
	if err := g.cases.CloseTx(ctx, tx, s.now, back); err != nil {
		return err
	}
	return topic.AskTx(ctx, tx, s.Chat, s.conversation, 0)
}

// endOf is the reason that a key names, "" when the programme has none such any more.
func endOf(p *flows.Programme, reason string) string {
	for _, end := range p.Support.Ends {
		if short(end.ID) == reason {
			return end.ID
		}
	}
	return ""
}
