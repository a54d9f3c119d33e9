package storage

import (
	"database/sql"

	"github.com/jackc/pgx/v5/stdlib"
)

// libraryConns is how many connections a library of SQL may use.
const libraryConns = 4

// SQL is a small pool of database/sql for a library that keeps tables of its own
// in schema. Connections have that schema for their search path, which is why
// they are not the shared ones. Whoever asked closes it.
func (db *DB) SQL(schema string) *sql.DB {
	cfg := db.pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["search_path"] = schema
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(libraryConns)
	return pool
}
