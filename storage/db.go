package storage

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Tx is an open transaction. Packages above name it and hand it on; only
// store.go files call its methods.
type Tx interface {
	Querier
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Querier is what a single read or write needs: a DB or a Tx.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (Tag, error)
}

// DB is the pool of connections to one database.
type DB struct {
	pool    *pgxpool.Pool
	claims  *pgxpool.Pool // for InTwoTrips
	session session

	libraries libraries
}

// statementTimeout bounds every statement, so that a stuck server is an error
// and never a hang. Migrations, backups and restores open their own connections.
const statementTimeout = 30 * time.Second

// bounds are what the server lets us hold, and for how long: a process that is
// frozen in a transaction, or whose host is gone without a word, must not keep
// chats locked, or lead, for the two hours that TCP would wait. Milliseconds;
// keepalives in seconds.
var bounds = map[string]string{
	"statement_timeout":                   fmt.Sprint(statementTimeout.Milliseconds()),
	"idle_in_transaction_session_timeout": fmt.Sprint(statementTimeout.Milliseconds()),
	"tcp_keepalives_idle":                 "5",
	"tcp_keepalives_interval":             "5",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "20000",
}

// byIndex makes every plan go by an index. It is for those who claim the first
// rows of a queue, whose statistics are never true: a plan that reads all that
// waits, to sort or to hash it, is right on average and the end of a busy day. A
// bitmap scan, too, would read all of it before the first row, and unlike an index
// scan it never forgets what is done. What has to be read whole all the same, a table of
// a few rows, counts as so dear then that PostgreSQL would compile every such statement,
// half a second each time: it may not.
var byIndex = map[string]string{
	"enable_seqscan": "off", "enable_bitmapscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
	"jit": "off",
}

// Open connects to dsn with at most maxConns connections (0 = pgx's default) for
// whoever asks, as many for transactions that claim, and one for InSession.
func Open(ctx context.Context, dsn string, maxConns int) (*DB, error) {
	pool, err := openPool(ctx, dsn, maxConns, nil)
	if err != nil {
		return nil, err
	}
	claims, err := openPool(ctx, dsn, maxConns, byIndex)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &DB{pool: pool, claims: claims}, nil
}

func openPool(ctx context.Context, dsn string, maxConns int, params map[string]string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("parse database address: %w", err)
	}
	if maxConns > 0 {
		cfg.MaxConns = int32(maxConns)
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan" // what is asked again is not planned again
	maps.Copy(cfg.ConnConfig.RuntimeParams, bounds)
	maps.Copy(cfg.ConnConfig.RuntimeParams, params)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return pool, nil
}

// Close returns every connection.
func (db *DB) Close() {
	db.libraries.close()
	db.session.close()
	db.claims.Close()
	db.pool.Close()
}

// Ping says whether the server answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// Pool is the pgx pool, for libraries that need one and for store.go files
// that pin a connection (advisory locks, COPY).
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Query runs one statement outside any transaction.
func (db *DB) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return db.pool.Query(ctx, sql, args...)
}

// Exec runs one statement in a transaction of its own.
func (db *DB) Exec(ctx context.Context, sql string, args ...any) (Tag, error) {
	return db.pool.Exec(ctx, sql, args...)
}

// InTx runs do in one READ COMMITTED transaction: committed when do returns
// nil, rolled back otherwise. A deadlock or a serialization failure is retried
// by running do again, so do must have no effect outside tx.
func (db *DB) InTx(ctx context.Context, do func(ctx context.Context, tx Tx) error) error {
	for attempt := 0; ; attempt++ {
		err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error { return do(ctx, tx) })
		if err == nil || !Retryable(err) || attempt == txRetries {
			return err
		}
	}
}

// Apart runs do, a part of tx that may fail alone: failed is why it did, and nothing of
// it is left. err is what ends tx as a whole, such as a deadlock, which InTx retries.
func Apart(ctx context.Context, tx Tx, do func() error) (failed, err error) {
	if _, err := tx.Exec(ctx, "savepoint apart"); err != nil {
		return nil, err
	}
	if failed = do(); failed == nil {
		_, err = tx.Exec(ctx, "release savepoint apart")
		return nil, err
	}
	if Retryable(failed) || ctx.Err() != nil {
		return nil, failed
	}
	_, err = tx.Exec(ctx, "rollback to savepoint apart")
	return failed, err
}

// InSnapshot runs do in one read-only transaction, all of whose statements see
// the same moment of the database, and which may take as long as it takes: the
// pool's statement timeout does not hold in it.
func (db *DB) InSnapshot(ctx context.Context, do func(ctx context.Context, tx Tx) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, db.pool, opts, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

// txRetries is how often InTx runs a transaction again after a deadlock.
const txRetries = 5
