package storagetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"besedka/storage/embedded"
)

// server is this process's share of the throw-away cluster.
type server struct {
	cluster  *embedded.Cluster
	admin    *pgxpool.Pool // in the database that only makes other databases
	template string        // the migrated database that tests clone
	common   *pgxpool.Pool // in the database of Tx
	made     atomic.Int64
}

// commonConns bounds how many tests of a process hold a Tx at once.
const commonConns = 32

// speed is what a cluster of no value can do without: durability.
var speed = map[string]string{
	"fsync":              "off",
	"full_page_writes":   "off",
	"synchronous_commit": "off",
	"max_connections":    "300",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
}

func openServer(ctx context.Context) (_ *server, err error) {
	bin, err := embedded.Find("")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("besedka-test-%d-%d", os.Geteuid(), bin.Major))
	s := &server{}
	if s.cluster, err = embedded.Open(ctx, embedded.Config{Dir: dir, BinDir: bin.Dir, Params: speed}); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *server) prepare(ctx context.Context) (err error) {
	if s.admin, err = pgxpool.New(ctx, s.cluster.DSN("postgres")); err != nil {
		return err
	}
	if s.template, err = ensureTemplate(ctx, s.cluster); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	name, err := s.create(ctx, s.template)
	if err != nil {
		return err
	}
	cfg, err := pgxpool.ParseConfig(s.cluster.DSN(name))
	if err != nil {
		return err
	}
	cfg.MaxConns = commonConns
	s.common, err = pgxpool.NewWithConfig(ctx, cfg)
	return err
}

func (s *server) close(ctx context.Context) error {
	var err error
	if s.common != nil {
		name := s.common.Config().ConnConfig.Database
		s.common.Close()
		err = s.drop(ctx, name)
	}
	if s.admin != nil {
		s.admin.Close()
	}
	return errors.Join(err, s.cluster.Close(ctx))
}

// database makes a database for one test and returns its address.
func (s *server) database(t testing.TB, template string) string {
	t.Helper()
	name, err := s.create(t.Context(), template)
	if err != nil {
		t.Fatalf("make test database: %v", err)
	}
	ctx := context.WithoutCancel(t.Context()) // cleanups run after its end
	t.Cleanup(func() {
		if err := s.drop(ctx, name); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return s.cluster.DSN(name)
}

// create names databases after the process, so that a later one can tell which
// of them are left over.
func (s *server) create(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("t%d_%d", os.Getpid(), s.made.Add(1))
	_, err := s.admin.Exec(ctx, "create database "+ident(name)+" template "+ident(template))
	return name, err
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, "drop database if exists "+ident(name)+" with (force)")
	return err
}

func ident(name string) string { return pgx.Identifier{name}.Sanitize() }
