package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// major is the PostgreSQL that made the data folder, 0 when there is none.
func (c *Cluster) major() (int, error) {
	b, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// initdb makes the data folder under a name of its own and renames it when it
// is whole. The name differs every time because an initdb outlives the killed
// process that started it and goes on writing.
func (c *Cluster) initdb(ctx context.Context, bin string) error {
	c.sweepUnfinished()
	tmp, err := os.MkdirTemp(c.dir, "init-*")
	if err != nil {
		return err
	}
	if err := c.runInitdb(ctx, bin, tmp); err != nil {
		return errors.Join(err, os.RemoveAll(tmp))
	}
	if err := os.Rename(tmp, c.data); err != nil {
		return err
	}
	return syncDir(c.dir)
}

// sweepUnfinished removes what killed processes left. An initdb that still
// writes there may hinder it: it then fails by itself and the next one sweeps.
func (c *Cluster) sweepUnfinished() {
	left, _ := filepath.Glob(c.path("init-*")) // the only error is a bad pattern
	for _, dir := range left {
		_ = os.RemoveAll(dir)
	}
}

// runInitdb takes the first UTF-8 locale that the system has: with plain C,
// lower() leaves Cyrillic alone.
func (c *Cluster) runInitdb(ctx context.Context, bin, dir string) error {
	if err := c.mkdir(dir); err != nil {
		return err
	}
	var failures error
	for _, locale := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		out, err := c.command(ctx, bin, "initdb", "-D", dir, "-U", superuser, "-A", "trust", "-E", "UTF8",
			"--locale="+locale, "--data-checksums", "--no-instructions").CombinedOutput()
		if err == nil {
			return nil
		}
		failures = errors.Join(failures, fmt.Errorf("initdb in %s: %w: %s", locale, err, bytes.TrimSpace(out)))
	}
	return failures
}

// syncDir makes a rename survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
