package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/storage/embedded"
)

// pgbench is PostgreSQL's own benchmark on a database of its own beside ours:
// what the same server, disk and minute give a program without any work of its
// own. -N is one update, one select and one insert a transaction.
type pgbench struct {
	path string
	dsn  string
	logs string // folder for the latencies of single transactions
}

// benchDatabase is pgbench's own.
const benchDatabase = "pgbench"

// pgbenchScale makes a million accounts, 150 MB.
const pgbenchScale = 10

// newPgbench finds pgbench beside the server and fills its database; nil, and
// why, when this PostgreSQL came without it.
func newPgbench(ctx context.Context, c *embedded.Cluster, logs string) (*pgbench, error) {
	server, err := embedded.Find("")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(server.Dir, "pgbench")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: Debian's package postgresql has it, the npm one does not", err)
	}
	if err := c.CreateDatabase(ctx, benchDatabase); err != nil {
		return nil, err
	}
	b := &pgbench{path: path, dsn: c.DSN(benchDatabase), logs: logs}
	_, err = b.call(ctx, "-i", "-q", "-s", strconv.Itoa(pgbenchScale))
	return b, err
}

func (b *pgbench) call(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, b.path, append(args, b.dsn)...)
	cmd.Dir = b.logs
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return string(out), nil
}

var tpsRe = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)

// run gives the transactions a second of so many clients and the times of the
// single transactions.
func (b *pgbench) run(ctx context.Context, clients int, length time.Duration) (score, error) {
	if err := b.sweep(); err != nil {
		return score{}, err
	}
	out, err := b.call(ctx, "-N", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", strconv.Itoa(runtime.GOMAXPROCS(0)),
		"-T", strconv.Itoa(int(length.Seconds())), "-l", "--log-prefix", filepath.Join(b.logs, "times"))
	if err != nil {
		return score{}, err
	}
	found := tpsRe.FindStringSubmatch(out)
	if found == nil {
		return score{}, fmt.Errorf("pgbench does not say its tps: %s", out)
	}
	tps, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		return score{}, err
	}
	times, err := b.times()
	return score{perSecond: tps, times: times}, err
}

func (b *pgbench) sweep() error {
	old, _ := filepath.Glob(filepath.Join(b.logs, "times*")) // the only error is a bad pattern
	for _, path := range old {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// times reads the transaction logs: the third word of a line is the time in
// microseconds (PostgreSQL manual, pgbench, Per-Transaction Logging).
func (b *pgbench) times() ([]time.Duration, error) {
	logs, _ := filepath.Glob(filepath.Join(b.logs, "times*")) // the only error is a bad pattern
	var times []time.Duration
	for _, path := range logs {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			words := strings.Fields(lines.Text())
			if len(words) < 3 {
				continue // cut off when the time was over
			}
			if us, err := strconv.ParseInt(words[2], 10, 64); err == nil {
				times = append(times, time.Duration(us)*time.Microsecond)
			}
		}
	}
	slices.Sort(times)
	return times, nil
}
