package storage

import (
	"database/sql"
	"sync"

	"github.com/jackc/pgx/v5/stdlib"
)

// libraryConns is how many connections a library of SQL may use.
const libraryConns = 4

// libraries are the pools given to libraries, closed with their DB.
type libraries struct {
	mu    sync.Mutex
	pools []*sql.DB
}

// SQL is a small pool of database/sql for a library that keeps tables of its own
// in schema. Connections have that schema for their search path, which is why
// they are not the shared ones. It is closed with db, or before.
func (db *DB) SQL(schema string) *sql.DB {
	cfg := db.pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["search_path"] = schema
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(libraryConns)
	db.libraries.mu.Lock()
	defer db.libraries.mu.Unlock()
	db.libraries.pools = append(db.libraries.pools, pool)
	return pool
}

func (l *libraries) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, pool := range l.pools {
		_ = pool.Close() // nothing is left to lose
	}
}
