package storage

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// session is one connection outside the pool whose life other processes can
// watch: an advisory lock on its number is held as long as it lasts.
type session struct {
	mu     sync.Mutex
	conn   *pgx.Conn
	number atomic.Int64
}

const qSessionLock = `select pg_advisory_lock($1)`

// InSession runs do on this DB's own session, one caller at a time, opening it
// first when there is none or when the last one broke. What do writes under
// the session's number belongs to the session: when the process, the
// connection or the server dies, the view living_session does not show the
// number any more, and the next session has another one. A caller who is told to
// stop must not end it for the others, as a query cut short would: do gets a
// context that only ends when the server has not answered for too long.
func (db *DB) InSession(ctx context.Context, do func(ctx context.Context, tx Tx, number int64) error) error {
	s := &db.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	// who waited for their turn has as long as the others: cut short, they would
	// end the session
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sessionTimeout)
	defer cancel()
	if s.conn == nil || s.conn.IsClosed() {
		if err := s.open(ctx, db.claims.Config().ConnConfig); err != nil {
			return fmt.Errorf("open session: %w", err)
		}
	}
	return do(ctx, s.conn, s.number.Load())
}

// ByIndex runs do on a connection of the pool whose plans go by an index, for what is
// done beside the session: who asks may go on while another one has it. As in InSession,
// who is told to stop does not cut short what has begun; a deadline of ctx does. It is no
// transaction, but each Batch that do sends is one.
func (db *DB) ByIndex(ctx context.Context, do func(ctx context.Context, tx Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), sessionTimeout)
	defer cancel()
	if at, bounded := ctx.Deadline(); bounded {
		var end context.CancelFunc
		whole, end = context.WithDeadline(whole, at)
		defer end()
	}
	return do(whole, db.claims)
}

// sessionTimeout is longer than any statement may take.
const sessionTimeout = statementTimeout + 5*time.Second

// Session is the number of this DB's own session, which lived a moment ago.
func (db *DB) Session(ctx context.Context) (number int64, err error) {
	err = db.InSession(ctx, func(ctx context.Context, _ Tx, n int64) error {
		number = n
		return db.session.conn.Ping(ctx)
	})
	return number, err
}

func (s *session) open(ctx context.Context, cfg *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	number := sessionNumber()
	if _, err := conn.Exec(ctx, qSessionLock, number); err != nil {
		hangUp(ctx, conn)
		return err
	}
	s.conn = conn
	s.number.Store(number)
	return nil
}

// sessionNumber never comes twice.
func sessionNumber() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:]))
}

func (s *session) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		hangUp(context.Background(), s.conn)
	}
}
