package embedded

import (
	"context"
	"syscall"
	"time"
)

const checkEvery = time.Second

// supervise starts the server again when it stops answering. Several
// processes may do so at once: start.lock lets the first one work and the
// others find it done.
func (c *Cluster) supervise(ctx context.Context) {
	defer close(c.ended)
	for pause(ctx, checkEvery) == nil {
		if c.ping(ctx) == nil || ctx.Err() != nil {
			continue
		}
		c.cfg.Log.WarnContext(ctx, "private PostgreSQL does not answer, starting it again", "dir", c.dir)
		if err := c.revive(ctx); err != nil && ctx.Err() == nil {
			c.cfg.Log.ErrorContext(ctx, "private PostgreSQL is down", "dir", c.dir, "err", err)
		}
	}
}

func (c *Cluster) revive(ctx context.Context) error {
	start, err := lock(ctx, c.path("start.lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer start.Close()
	return c.ensure(ctx)
}
