package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/verify"
	"besedka/flows/programme"
)

// world is a throw-away installation full of members, wired as serve wires it.
type world struct {
	*app
	plan  benchPlan
	dir   string
	all   []loop // of the app; a measurement runs some of them
	null  *nullMessenger
	base  *pgbench // nil: this PostgreSQL came without it
	heard int      // messages of shoppers so far, for their keys
	apart int      // busy chats are so far apart among the members, as in life
}

// openWorld makes an installation with the shipped programme and its members,
// each of whom has begun to talk.
func (p benchPlan) openWorld(ctx context.Context, log *slog.Logger) (_ *world, err error) {
	dir, err := os.MkdirTemp(p.Dir, "besedka-bench-")
	if err != nil {
		return nil, err
	}
	w := &world{plan: p, dir: dir, null: newNullMessenger()}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close(ctx))
		}
	}()
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return nil, err
	}
	in, err := place{Data: dir}.open(ctx, log)
	if err != nil {
		return nil, err
	}
	if err := w.wire(ctx, in, log); err != nil {
		return nil, errors.Join(err, in.close(ctx))
	}
	if w.base, err = newPgbench(ctx, in.cluster, dir); errors.Is(err, os.ErrNotExist) {
		log.WarnContext(ctx, "there is no baseline, so no ratio is printed", "why", err)
	} else if err != nil {
		return nil, err
	}
	return w, w.populate(ctx)
}

// wire publishes the shipped programme. Its tax service is one that nobody
// asks: the loop that would is never run.
func (w *world) wire(ctx context.Context, in *installation, log *slog.Logger) error {
	p := newPublisher(in.db, time.Now, log)
	if err := p.publish(ctx, programme.Files); err != nil {
		return err
	}
	a, err := newApp(in, p, settings{
		provider: verify.New("http://localhost", ""), name: "bench",
		messengers: []messenger{opened(w.null)},
	})
	if err != nil {
		return err
	}
	w.app, w.all = a, a.loops
	return nil
}

func (w *world) close(ctx context.Context) error {
	var err error
	if w.app != nil {
		err = w.installation.close(ctx)
	}
	return errors.Join(err, os.RemoveAll(w.dir))
}

// batch is how many messages one read of a messenger brings: Telegram's limit.
const batch = 100

// beginning is how everybody gets to the middle of the questionnaire.
var beginning = []string{"/start", "Согласие даю", "Анна", "12.05.1990"}

// populate makes members by their first messages and answers them.
func (w *world) populate(ctx context.Context) error {
	w.apart = 1
	for _, text := range beginning {
		if err := w.say(ctx, w.plan.Members, chat.Inbound{Text: text}); err != nil {
			return err
		}
	}
	w.apart = max(1, w.plan.Members/manyChats)
	return nil
}

// say has the first n shoppers say one thing each, and the bot answer.
func (w *world) say(ctx context.Context, n int, in chat.Inbound) error {
	if err := w.prefill(ctx, n, 1, func(int) chat.Inbound { return in }); err != nil {
		return err
	}
	_, err := w.drain(ctx)
	return err
}

// prefill puts so many messages of each of the first n shoppers into the
// inbox, one of each after the other.
func (w *world) prefill(ctx context.Context, n, each int, in func(i int) chat.Inbound) error {
	messages := make([]conversation.Message, 0, batch)
	for i := range n * each {
		messages = append(messages, w.message(i%n, in(i/n)))
		if len(messages) < batch && i+1 < n*each {
			continue
		}
		arrival := conversation.Arrival{Channel: w.null.Channel(), Account: w.null.Account(), Messages: messages}
		if err := w.door.Receive(ctx, time.Now(), arrival); err != nil {
			return err
		}
		messages = messages[:0]
	}
	return nil
}

// message is the next one of shopper n.
func (w *world) message(n int, in chat.Inbound) conversation.Message {
	w.heard++
	return conversation.Message{Key: strconv.Itoa(w.heard), Peer: w.peer(n), In: in}
}

func (w *world) peer(n int) string { return fmt.Sprintf("shopper-%d", n*w.apart) }
