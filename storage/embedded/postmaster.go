package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	stopPatience = 30 * time.Second
	stopPoll     = 5 * time.Millisecond
)

func (c *Cluster) pidFile() string { return filepath.Join(c.data, "postmaster.pid") }

// postmaster is the process id of the running server, 0 when there is none.
func (c *Cluster) postmaster() int {
	b, err := os.ReadFile(c.pidFile())
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 || !c.serves(pid) {
		return 0
	}
	return pid
}

// serves says whether pid is our postmaster: after a crash its number may
// belong to a stranger, another PostgreSQL included. A postmaster works in its
// data folder.
func (c *Cluster) serves(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	if runtime.GOOS != "linux" {
		out, err := exec.Command("ps", "-p", strconv.Itoa(pid), "-o", "comm=").Output()
		return err != nil || strings.Contains(string(out), "postgres")
	}
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if errors.Is(err, fs.ErrPermission) { // root in a container may not look
		comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		return err == nil && strings.HasPrefix(string(comm), "postgres")
	}
	return err == nil && cwd == c.data // a zombie has no cwd
}

// clearStalePID removes the pid file of a server that is gone: PostgreSQL
// itself refuses to start when a live process of its user has that number.
func (c *Cluster) clearStalePID() error {
	if c.postmaster() != 0 {
		return nil
	}
	if err := os.Remove(c.pidFile()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// shutdown stops the server: fast (connections are cut, data is flushed), then
// at once (the next start recovers).
func (c *Cluster) shutdown(ctx context.Context) error {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		pid := c.postmaster()
		if pid == 0 {
			return nil
		}
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop postgres: %w", err)
		}
		if err := c.awaitGone(ctx); !errors.Is(err, errStillThere) {
			return err
		}
	}
	return errStillThere
}

var errStillThere = errors.New("postgres does not stop")

func (c *Cluster) awaitGone(ctx context.Context) error {
	for end := time.Now().Add(stopPatience); time.Now().Before(end); {
		if c.postmaster() == 0 {
			return nil
		}
		if err := pause(ctx, stopPoll); err != nil {
			return err
		}
	}
	return errStillThere
}
