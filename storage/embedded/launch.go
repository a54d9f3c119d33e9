package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// port is only a part of the socket's name: nothing listens on TCP.
const port = "5432"

// A server that cannot start exits at once; one that follows a killed server
// does so until the orphans of that one are gone, which takes them a moment.
const (
	maxExits  = 50
	exitPause = 200 * time.Millisecond
	pingEvery = 10 * time.Millisecond
	pingLimit = 10 * time.Second
)

// ensure leaves a server that answers. It needs start.lock.
func (c *Cluster) ensure(ctx context.Context) error {
	if c.ping(ctx) == nil {
		return nil
	}
	major, err := c.major()
	if err != nil {
		return err
	}
	bin, err := find(c.cfg.BinDir, major, c.as)
	if err != nil {
		return err
	}
	if major == 0 {
		if err := c.initdb(ctx, bin.Dir); err != nil {
			return err
		}
	}
	return c.launch(ctx, bin.Dir)
}

// launch starts the server, again and again while it exits, and waits until it
// answers. Recovery after a crash may take its time: only ctx limits it.
func (c *Cluster) launch(ctx context.Context, bin string) error {
	for range maxExits {
		exited, err := c.spawn(bin)
		if err != nil {
			return err
		}
		up, err := c.await(ctx, exited)
		if up || err != nil {
			return err
		}
		if err := pause(ctx, exitPause); err != nil {
			return err
		}
	}
	return fmt.Errorf("the server keeps exiting, its log folder is %s: %s", c.path("log"), c.lastWords())
}

// spawn starts one postmaster. The channel closes when it exits.
func (c *Cluster) spawn(bin string) (<-chan struct{}, error) {
	if err := c.clearStalePID(); err != nil {
		return nil, err
	}
	if err := c.mkdir(c.path("log")); err != nil {
		return nil, err
	}
	out, err := os.Create(c.path("start.log"))
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := c.command(context.Background(), bin, "postgres", c.args()...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its last words are in the log
		close(exited)
	}()
	return exited, nil
}

// args are the server's settings: ours, then the caller's, which win.
func (c *Cluster) args() []string {
	params := map[string]string{
		"listen_addresses":         "",
		"unix_socket_permissions":  "0700",
		"max_wal_size":             "256MB", // a short recovery
		"logging_collector":        "on",    // a file a day of the week, written over after seven days
		"log_directory":            c.path("log"),
		"log_filename":             "postgres-%a.log",
		"log_rotation_age":         "1d",
		"log_rotation_size":        "0",
		"log_truncate_on_rotation": "on",
	}
	maps.Copy(params, c.cfg.Params)
	args := []string{"-D", c.data, "-k", c.sock, "-p", port}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		args = append(args, "-c", name+"="+params[name])
	}
	return args
}

// await says whether the server came up; false = it exited.
func (c *Cluster) await(ctx context.Context, exited <-chan struct{}) (bool, error) {
	for {
		if c.ping(ctx) == nil {
			return true, nil
		}
		select {
		case <-exited:
			return false, nil
		case <-ctx.Done():
			return false, fmt.Errorf("the server does not answer yet: %w", ctx.Err())
		case <-time.After(pingEvery):
		}
	}
}

// ping is nil when the server is up, even if it is too busy for us.
func (c *Cluster) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.DSN("postgres"))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == tooManyConnections {
		return nil
	}
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

const tooManyConnections = "53300" // SQLSTATE, PostgreSQL manual, appendix A

func (c *Cluster) lastWords() string {
	b, err := os.ReadFile(c.path("start.log"))
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b[max(0, len(b)-2000):]))
}
