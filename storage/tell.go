package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const qTell = `select pg_notify($1, $2)`

// Tell says something to all that Listen on a channel now, in every process; in a
// transaction, once it is committed. Nothing of it is kept: who does not listen misses it.
// It is less than 8000 bytes, PostgreSQL's limit.
func Tell(ctx context.Context, q Querier, channel, what string) error {
	if _, err := q.Exec(ctx, qTell, channel, what); err != nil {
		return fmt.Errorf("tell %s: %w", channel, err)
	}
	return nil
}

// listenAgain is how long who listens waits for a server that is away.
const listenAgain = time.Second

// Listen calls heard with all that is told on a channel, until ctx ends, on a connection of
// its own, which it opens again when it breaks: ready is called each time that it listens.
func (db *DB) Listen(ctx context.Context, channel string, ready func(), heard func(what string)) {
	for ctx.Err() == nil {
		_ = db.listen(ctx, channel, ready, heard) // whoever asks the database for more than news tells that it is away
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

func (db *DB) listen(ctx context.Context, channel string, ready func(), heard func(what string)) error {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer hangUp(context.WithoutCancel(ctx), conn)
	if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard(n.Payload)
	}
}
