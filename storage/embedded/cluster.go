package embedded

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Config says where the cluster lives and who runs it.
type Config struct {
	Dir    string            // holds data/, sock/, log/ and the lock files
	BinDir string            // PostgreSQL's bin folder; "" = look for it
	RunAs  string            // system user when started by root; "" = postgres, else nobody
	Params map[string]string // server settings on top of ours; those of whoever starts the server count
	Log    *slog.Logger      // nil = slog.Default
}

// Cluster is this process's share of a private PostgreSQL.
type Cluster struct {
	cfg   Config
	dir   string
	data  string
	sock  string
	as    *syscall.Credential // nil = as ourselves
	users *os.File            // our share: a lock that dies with the process
	halt  context.CancelFunc  // ends the supervisor
	ended chan struct{}
}

// superuser owns the cluster. Nobody but the owner of the folder reaches the
// socket, so it needs no password.
const superuser = "besedka"

// Open joins the cluster in cfg.Dir, creating and starting it when needed, and
// watches it until Close: a server that dies is started again.
func Open(ctx context.Context, cfg Config) (*Cluster, error) {
	c, err := newCluster(cfg)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL in %s: %w", cfg.Dir, err)
	}
	if err := c.join(ctx); err != nil {
		return nil, fmt.Errorf("private PostgreSQL in %s: %w", c.dir, err)
	}
	watch, halt := context.WithCancel(context.WithoutCancel(ctx))
	c.halt = halt
	go c.supervise(watch)
	return c, nil
}

func newCluster(cfg Config) (*Cluster, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	c := &Cluster{cfg: cfg, ended: make(chan struct{})}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// The server's own idea of its folder, which identifies it among processes.
	if c.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	c.data, c.sock = filepath.Join(c.dir, "data"), socketDir(c.dir)
	if c.as, err = identity(cfg.RunAs, c.dir); err != nil {
		return nil, err
	}
	return c, c.mkdir(c.sock)
}

// maxSocketDir keeps the socket's path within sun_path: 104 bytes on macOS,
// 108 on Linux, less the name of the socket itself.
const maxSocketDir = 85

func socketDir(dir string) string {
	sock := filepath.Join(dir, "sock")
	if len(sock) <= maxSocketDir {
		return sock
	}
	h := fnv.New64a()
	h.Write([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("besedka-pg-%x", h.Sum64()))
}

// join takes a share of the cluster and sees to it that the server runs.
func (c *Cluster) join(ctx context.Context) error {
	start, err := lock(ctx, c.path("start.lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer start.Close()
	if c.users, err = lock(ctx, c.path("users.lock"), syscall.LOCK_SH); err != nil {
		return err
	}
	if err := c.ensure(ctx); err != nil {
		return errors.Join(err, c.leave(context.WithoutCancel(ctx)))
	}
	return nil
}

// Close gives this process's share up. The last one out stops the server.
func (c *Cluster) Close(ctx context.Context) error {
	c.halt()
	<-c.ended
	start, err := lock(ctx, c.path("start.lock"), syscall.LOCK_EX)
	if err != nil {
		return errors.Join(err, c.users.Close())
	}
	defer start.Close()
	return c.leave(ctx)
}

// leave needs start.lock, under which nobody can join.
func (c *Cluster) leave(ctx context.Context) error {
	defer c.users.Close()
	if syscall.Flock(int(c.users.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil // others still use it
	}
	return c.shutdown(ctx)
}

// DSN is the pgx connection string of one database of the cluster.
func (c *Cluster) DSN(database string) string {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	return fmt.Sprintf("host='%s' port=%s user=%s dbname='%s' sslmode=disable",
		quote.Replace(c.sock), port, superuser, quote.Replace(database))
}

// CreateDatabase makes an empty database unless it exists.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	if err != nil && !alreadyThere(err) {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// alreadyThere also takes the unique violation that the loser of a race gets.
func alreadyThere(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "42P04" || pg.Code == "23505")
}

func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }
