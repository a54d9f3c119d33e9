package storage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrLost is why a leader's context ended: its session with the server is gone
// and another process may lead already.
var ErrLost = errors.New("the leader's session is lost")

// A leader looks at its session every pulse and gives up after pulseTimeout.
const (
	pulse        = time.Second
	pulseTimeout = 3 * time.Second
)

const qLead = `select pg_try_advisory_lock($1)`

// Lead runs do as the one leader of name among all processes on this database.
// It returns false at once when somebody else leads. The lock lives in a
// session of its own, outside the pool; do's context ends when that session
// breaks. A leader cut off from the server may overlap with the next one for a
// few seconds, so what do writes must carry keys.
func (db *DB) Lead(ctx context.Context, name string, do func(ctx context.Context) error) (bool, error) {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return false, fmt.Errorf("lead %s: %w", name, err)
	}
	defer hangUp(ctx, conn)
	var mine bool
	if err := conn.QueryRow(ctx, qLead, lockKey(name)).Scan(&mine); err != nil || !mine {
		return false, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch(ctx, conn, stop)
	}()
	err = do(ctx)
	stop(nil)
	<-watched
	if errors.Is(context.Cause(ctx), ErrLost) {
		err = errors.Join(ErrLost, err)
	}
	return true, err
}

// watch calls lost when conn stops answering.
func watch(ctx context.Context, conn *pgx.Conn, lost context.CancelCauseFunc) {
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ping, cancel := context.WithTimeout(context.WithoutCancel(ctx), pulseTimeout)
		err := conn.Ping(ping)
		cancel()
		if err != nil {
			lost(ErrLost)
			return
		}
	}
}

func hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pulseTimeout)
	defer cancel()
	_ = conn.Close(ctx) // closing the session is what frees the lock
}

// lockKey spreads names over the 64-bit space of advisory locks.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte("besedka/" + name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
