package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"besedka/core/conversation"
	"besedka/storage"
	"besedka/web/author"
)

// pressroom publishes from the author's page. It opens the database for each
// act: a page that is open all day holds nothing.
type pressroom struct {
	place
	log *slog.Logger
}

// name tells the database without its password.
func (p pressroom) name() string {
	if p.DatabaseURL != "" {
		return "DATABASE_URL"
	}
	return p.Data
}

// current is what is in force, and who waits in it.
func (p pressroom) current(ctx context.Context) (now author.Published, err error) {
	err = p.opened(ctx, func(in *installation) error {
		releases := newPublisher(in.db, time.Now, p.log).releases
		is, err := releases.Current(ctx)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if now.Files, err = releases.Load(ctx, is.Release); err != nil {
			return err
		}
		traffic, err := conversation.ReadTraffic(ctx, in.db, time.Now())
		now.Waiting = traffic.Now
		return err
	})
	return now, err
}

// publish puts the folder in force.
func (p pressroom) publish(ctx context.Context, folder fs.FS) error {
	return p.opened(ctx, func(in *installation) error {
		return newPublisher(in.db, time.Now, p.log).publish(ctx, folder)
	})
}

func (p pressroom) opened(ctx context.Context, act func(*installation) error) error {
	in, err := p.open(ctx, p.log)
	if err != nil {
		return err
	}
	return errors.Join(act(in), in.close(ctx))
}
