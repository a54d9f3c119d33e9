package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/verify"
	"besedka/flows/programme"
)

// world is a throw-away installation full of members, wired as serve wires it.
type world struct {
	*app
	plan benchPlan
	dir  string
	null *nullMessenger
	base *pgbench // nil: this PostgreSQL came without it
	sent int      // messages of shoppers so far, for their keys
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

// wire publishes the shipped programme. The provider is one that nobody asks:
// the loop that would is not run.
func (w *world) wire(ctx context.Context, in *installation, log *slog.Logger) error {
	zone, err := zoneOf(programme.Files)
	if err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	_ = quiet
	w.app, err = newApp(in, settings{
		now: time.Now, zone: zone, provider: verify.New("http://localhost", ""), name: "bench", log: log,
		bots: func(pictureSource) ([]bots.Listener, error) { return []bots.Listener{w.null}, nil },
	})
	if err != nil {
		return err
	}
	return w.publish(ctx, programme.Files)
}

func (w *world) close(ctx context.Context) error {
	var err error
	if w.app != nil {
		err = w.installation.close(ctx)
	}
	return errors.Join(err, os.RemoveAll(w.dir))
}

// batch is how many messages one read of a messenger brings, Telegram's limit.
const batch = 100

// populate makes members by their first message, and answers it.
func (w *world) populate(ctx context.Context) error {
	for from := 0; from < w.plan.Members; from += batch {
		messages := make([]conversation.Message, 0, batch)
		for n := from; n < min(from+batch, w.plan.Members); n++ {
			messages = append(messages, w.message(n, chat.Inbound{Text: "/start"}))
		}
		if err := w.receive(ctx, messages); err != nil {
			return err
		}
	}
	_, err := w.drain(ctx)
	return err
}

// message is the next one of shopper n.
func (w *world) message(n int, in chat.Inbound) conversation.Message {
	w.sent++
	return conversation.Message{Key: strconv.Itoa(w.sent), Peer: peer(n), In: in}
}

func peer(n int) string { return fmt.Sprintf("shopper-%d", n) }

func (w *world) receive(ctx context.Context, messages []conversation.Message) error {
	return w.door.Receive(ctx, time.Now(), conversation.Arrival{Channel: w.null.Channel(), Account: w.null.Account(), Messages: messages})
}

var _ = filepath.Join
