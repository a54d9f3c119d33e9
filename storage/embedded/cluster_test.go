package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// folder is a temporary folder that the server's user may enter too.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "besedka-embedded-*")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for os.RemoveAll(dir) != nil { // the initdb of a killed process still writes
			runtime.Gosched()
		}
	})
	return dir
}

func open(t *testing.T, dir string) *Cluster {
	t.Helper()
	c, err := Open(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func closeCluster(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// query waits for the server when it is away.
func query(t *testing.T, c *Cluster, sql string) (answer string) {
	t.Helper()
	await(t, "answer to "+sql, func() bool {
		conn, err := pgx.Connect(t.Context(), c.DSN("postgres"))
		if err != nil {
			return false
		}
		defer conn.Close(t.Context())
		return conn.QueryRow(t.Context(), sql).Scan(&answer) == nil
	})
	return answer
}

func commit(t *testing.T, c *Cluster, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for !done() {
		if err := pause(t.Context(), 5*time.Millisecond); err != nil {
			t.Fatalf("await %s: %v", what, err)
		}
	}
}

func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || err == nil && strings.Contains(string(stat), ") Z ")
}

func TestProcessesShareOneServer(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var processes []*process
	for range 3 {
		processes = append(processes, startProcess(t, dir))
	}
	pid := processes[0].postmaster(t)
	for _, p := range processes[1:] {
		if got := p.postmaster(t); got != pid {
			t.Errorf("postmaster = %d, want the common %d", got, pid)
		}
	}
	for i, p := range processes {
		if gone(pid) {
			t.Errorf("the server stopped with %d processes left", len(processes)-i)
		}
		p.leave(t)
	}
	await(t, "stop of the server", func() bool { return gone(pid) })
}

func TestServerOutlivesAKilledProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := startProcess(t, dir)
	pid := p.postmaster(t)
	p.kill(t)
	c := open(t, dir)
	if got := c.postmaster(); got != pid {
		t.Errorf("postmaster = %d, want %d to be attached to", got, pid)
	}
	closeCluster(t, c)
	await(t, "stop of the server", func() bool { return gone(pid) })
}

func TestDataOutlivesAKilledServer(t *testing.T) {
	t.Parallel()
	c := open(t, folder(t))
	commit(t, c, "create table kept as select 'committed'::text as word")
	if err := syscall.Kill(c.postmaster(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := query(t, c, "select word from kept"); got != "committed" {
		t.Errorf("after the supervisor's restart: %q", got)
	}
	closeCluster(t, c)
}

func TestEverythingKilled(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := startProcess(t, dir)
	pid := p.postmaster(t)
	p.kill(t)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c := open(t, dir)
	if got := query(t, c, "select 'up'"); got != "up" {
		t.Errorf("answer = %q", got)
	}
	closeCluster(t, c)
}

func TestKilledDuringInitdb(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := startProcess(t, dir)
	await(t, "initdb", func() bool {
		begun, err := filepath.Glob(filepath.Join(dir, "init-*", "*"))
		return err == nil && len(begun) > 0
	})
	p.kill(t)
	c := open(t, dir)
	if got := query(t, c, "select 'up'"); got != "up" {
		t.Errorf("answer = %q", got)
	}
	closeCluster(t, c)
}

// A number out of a stale pid file may be somebody else's by now; PostgreSQL
// alone refuses to start when that somebody is of its own user.
func TestStalePIDOfAStranger(t *testing.T) {
	t.Parallel()
	c := open(t, folder(t))
	before, err := os.ReadFile(c.pidFile())
	if err != nil {
		t.Fatal(err)
	}
	closeCluster(t, c)
	stranger := exec.CommandContext(t.Context(), "sleep", "3600")
	stranger.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	stranger.Dir = "/"
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(before), "\n")
	stale := fmt.Sprintf("%d\n%s", stranger.Process.Pid, rest)
	if err := os.WriteFile(c.pidFile(), []byte(stale), 0o644); err != nil {
		t.Fatal(err)
	}
	again := open(t, c.dir)
	if got := query(t, again, "select 'up'"); got != "up" {
		t.Errorf("answer = %q", got)
	}
	closeCluster(t, again)
	if gone(stranger.Process.Pid) {
		t.Error("the stranger was killed")
	}
}

func TestLongFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("long", 30))
	c := open(t, dir)
	t.Cleanup(func() {
		if err := os.RemoveAll(c.sock); err != nil {
			t.Error(err)
		}
	})
	if got := query(t, c, "select 'up'"); got != "up" {
		t.Errorf("answer = %q", got)
	}
	closeCluster(t, c)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(t *testing.T) Config
		want string
	}{
		{"data of a major that is not installed", func(t *testing.T) Config {
			dir := folder(t)
			write(t, filepath.Join(dir, "data", "PG_VERSION"), "99\n", 0o600)
			return Config{Dir: dir}
		}, "no PostgreSQL server 99, which made the data folder"},
		{"server that exits", func(t *testing.T) Config {
			return Config{Dir: folder(t), Params: map[string]string{"no_such_setting": "1"}}
		}, `unrecognized configuration parameter "no_such_setting"`},
		{"folder without binaries", func(t *testing.T) Config {
			return Config{Dir: folder(t), BinDir: t.TempDir()}
		}, "no PostgreSQL server 14 or newer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), tt.make(t))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Open = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestCreateDatabaseTwice(t *testing.T) {
	t.Parallel()
	c := open(t, folder(t))
	for range 2 {
		if err := c.CreateDatabase(t.Context(), "it's here"); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := pgx.Connect(t.Context(), c.DSN("it's here"))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(context.Background()); err != nil {
		t.Error(err)
	}
	closeCluster(t, c)
}
