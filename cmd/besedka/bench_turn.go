package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"besedka/core/chat"
)

type benchTurnCmd struct {
	benchPlan `embed:""`
}

// Busy chats: a quiet hour and a newsletter's first minute.
const (
	fewChats  = 8
	manyChats = 128
)

// Run measures turns of the shipped questionnaire whose messages wait in the
// inbox, from chats that are all busy at once.
func (c *benchTurnCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		return w.compare(ctx, out,
			w.prefilled(fmt.Sprintf("turn.%d", fewChats), fewChats, len(round), roundAt),
			w.prefilled(fmt.Sprintf("turn.%d", manyChats), manyChats, len(round), roundAt))
	})
}

// inWorld opens a world, and takes it down whatever happens.
func (p benchPlan) inWorld(ctx context.Context, log *slog.Logger, do func(w *world) error) error {
	w, err := p.openWorld(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(do(w), w.close(ctx))
}

// round is what a shopper in the middle of the questionnaire goes on saying
// for as long as we like: two questions of their own, each answered and ours
// asked again; a pause; the greeting by name that brings our question back.
var round = []string{"баланс", "зачем", "потом", "начать"}

func roundAt(i int) chat.Inbound { return chat.Inbound{Text: round[i%len(round)]} }

// prefilled measures turns of so many busy chats, the messages of each being
// whole rounds. The inbox is filled to last about as long as asked for, by the
// speed of the measurement before.
func (w *world) prefilled(name string, chats, round int, in func(i int) chat.Inbound) side {
	speed := 500.0
	return side{name: name, unit: "turns/s", measure: func(ctx context.Context, length time.Duration) (score, error) {
		each := max(1, int(speed*length.Seconds())/chats/round) * round
		if err := w.prefill(ctx, chats, each, in); err != nil {
			return score{}, err
		}
		got, err := w.drain(ctx)
		speed = got.perSecond
		return got, err
	}}
}
