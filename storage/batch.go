package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Tag says what a statement did; RowsAffected is its number of rows.
type Tag = pgconn.CommandTag

// ErrMoved is the answer of a guarded write that found its row changed by
// somebody else.
var ErrMoved = errors.New("the row has moved on")

// Batch gathers statements of several packages into one round trip.
type Batch struct {
	b      pgx.Batch
	counts bool // some guard is counted here and not in the server
}

// Exec queues a statement whose result does not matter.
func (b *Batch) Exec(sql string, args ...any) { b.b.Queue(sql, args...) }

// ExecN queues a guarded statement: any other number of rows than want is
// ErrMoved and rolls the transaction back. The server counts, so that a COMMIT
// behind it in the same round trip does not happen; only a statement that
// begins with WITH, which cannot stand inside another one, is counted here.
func (b *Batch) ExecN(want int, sql string, args ...any) {
	if !strings.HasPrefix(strings.TrimSpace(sql), "with ") {
		b.b.Queue(counted(sql, len(args)+1), append(args, want)...)
		return
	}
	b.counts = true
	b.b.Queue(sql, args...).Exec(func(t pgconn.CommandTag) error {
		if t.RowsAffected() != int64(want) {
			return fmt.Errorf("%w: %d rows instead of %d by %.60s", ErrMoved, t.RowsAffected(), want, sql)
		}
		return nil
	})
}

// counted makes the server divide by zero when sql touches another number of
// rows than parameter n says.
func counted(sql string, n int) string {
	return fmt.Sprintf("with moved as (%s returning 1) select 1 / (count(*) = $%d)::int from moved", sql, n)
}

// Len is the number of statements queued.
func (b *Batch) Len() int { return b.b.Len() }

// Queue adds a query to b; its rows are in the returned slice once b is sent.
// T is a struct whose fields carry the names of the columns (tag `db`).
func Queue[T any](b *Batch, sql string, args ...any) *[]T {
	out := new([]T)
	b.b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
	return out
}

// Send runs b in one round trip inside tx.
func (b *Batch) Send(ctx context.Context, tx Tx) error { return moved(tx.SendBatch(ctx, &b.b).Close()) }

// InTwoTrips is a READ COMMITTED transaction in two round trips: BEGIN travels
// with load, COMMIT with what decide queues (a guard that is counted here makes
// it a third one). Decide may ask tx for more, a round trip each time, and waits
// for nothing else. When it queues nothing, the transaction is rolled back. Every
// plan goes by an index, so that load may claim the first rows of a queue.
func (db *DB) InTwoTrips(ctx context.Context, load *Batch, decide func(ctx context.Context, tx Tx, apply *Batch) error) error {
	conn, err := db.claims.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire connection: %w", err)
	}
	defer conn.Release()
	first := &pgx.Batch{QueuedQueries: append([]*pgx.QueuedQuery{{SQL: "begin"}}, load.b.QueuedQueries...)}
	if err := conn.SendBatch(ctx, first).Close(); err != nil {
		return errors.Join(err, rollback(ctx, conn.Conn()))
	}
	apply := &Batch{}
	if err := decide(ctx, conn.Conn(), apply); err != nil || apply.Len() == 0 {
		return errors.Join(err, rollback(ctx, conn.Conn()))
	}
	if err := applyAndCommit(ctx, conn.Conn(), apply); err != nil {
		return errors.Join(moved(err), rollback(ctx, conn.Conn()))
	}
	return nil
}

func applyAndCommit(ctx context.Context, conn *pgx.Conn, apply *Batch) error {
	if !apply.counts {
		apply.b.Queue("commit")
		return conn.SendBatch(ctx, &apply.b).Close()
	}
	if err := conn.SendBatch(ctx, &apply.b).Close(); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "commit")
	return err
}

func rollback(ctx context.Context, c *pgx.Conn) error {
	if c.IsClosed() {
		return nil
	}
	_, err := c.Exec(context.WithoutCancel(ctx), "rollback")
	return err
}

// Collect reads every row of a query into structs, column names to `db` tags.
func Collect[T any](ctx context.Context, q Querier, sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// One reads exactly one row into a struct; none is ErrNotFound.
func One[T any](ctx context.Context, q Querier, sql string, args ...any) (T, error) {
	var zero T
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return zero, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	return v, notFound(err)
}

// Value reads one column of exactly one row; none is ErrNotFound.
func Value[T any](ctx context.Context, q Querier, sql string, args ...any) (T, error) {
	var zero T
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return zero, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	return v, notFound(err)
}
