package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"besedka/core/source"
	"besedka/flows"
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

// plan is what publishing the folder would change, and for whom.
func (p pressroom) plan(ctx context.Context, folder fs.FS, programme *flows.Programme) (would author.Plan, err error) {
	err = p.opened(ctx, func(in *installation) error {
		publisher := newPublisher(in.db, time.Now, p.log)
		is, err := publisher.releases.Current(ctx)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if would.Current, err = publisher.releases.Load(ctx, is.Release); err != nil {
			return err
		}
		plan, err := publisher.plan(ctx, in.db, folder, programme)
		would.Changes, would.Stranded = plan.Changes, plan.problems
		for _, o := range plan.Waiting {
			would.Waiting = append(would.Waiting, o.sentence())
		}
		return err
	})
	return would, err
}

// publish puts the folder in force, unless there are mistakes in the way.
func (p pressroom) publish(ctx context.Context, folder fs.FS) (refused []*source.Problem, err error) {
	err = p.opened(ctx, func(in *installation) error {
		err := newPublisher(in.db, time.Now, p.log).publish(ctx, folder)
		if mistaken, ok := errors.AsType[*unpublishable](err); ok {
			refused = mistaken.problems
			return nil
		}
		return err
	})
	return refused, err
}

func (p pressroom) opened(ctx context.Context, act func(*installation) error) error {
	in, err := p.open(ctx, p.log)
	if err != nil {
		return err
	}
	return errors.Join(act(in), in.close(ctx))
}
