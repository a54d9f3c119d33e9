package storagetest

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/jackc/pgx/v5"

	"besedka/storage"
	"besedka/storage/embedded"
)

// templateLock is the advisory lock under which templates are made and
// leftovers dropped: a number that nothing else in this cluster uses.
const templateLock = 1

// ensureTemplate is the name of a migrated database, one for each schema, made
// by whichever process comes first.
func ensureTemplate(ctx context.Context, cluster *embedded.Cluster) (string, error) {
	hash, err := storage.SchemaHash()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, cluster.DSN("postgres"))
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // gives the lock back as well
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", templateLock); err != nil {
		return "", err
	}
	if err := sweep(ctx, conn); err != nil {
		return "", fmt.Errorf("sweep leftovers: %w", err)
	}
	name := "schema_" + hash
	if there, err := exists(ctx, conn, name); there || err != nil {
		return name, err
	}
	return name, build(ctx, conn, cluster, name)
}

func exists(ctx context.Context, conn *pgx.Conn, name string) (there bool, err error) {
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	return there, err
}

// build migrates under another name, so that a template is whole or not there.
func build(ctx context.Context, conn *pgx.Conn, cluster *embedded.Cluster, name string) error {
	const draft = "draft"
	if _, err := conn.Exec(ctx, "drop database if exists "+draft+" with (force)"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "create database "+draft); err != nil {
		return err
	}
	if err := storage.Migrate(ctx, cluster.DSN(draft)); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "alter database "+draft+" rename to "+ident(name))
	return err
}

// sweep drops the databases of killed test processes, and the templates that
// are older than any test may run: their schema was edited.
func sweep(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `
		select datname, coalesce(substring(datname from '^t([0-9]+)_')::int, 0)
		from pg_database
		where datname ~ '^t[0-9]+_'
		or (datname ~ '^schema_' and (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < clock_timestamp() - interval '1 day')`)
	if err != nil {
		return err
	}
	type leftover struct {
		Name string
		PID  int
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[leftover])
	if err != nil {
		return err
	}
	for _, l := range found {
		if l.PID != 0 && alive(l.PID) {
			continue
		}
		if _, err := conn.Exec(ctx, "drop database if exists "+ident(l.Name)+" with (force)"); err != nil {
			return err
		}
	}
	return nil
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
