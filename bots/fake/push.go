package fake

import (
	"context"
	"time"
)

// pushRetry is how long a webhook that refused an update is left in peace.
const pushRetry = 50 * time.Millisecond

// Push has updates posted one by one, each until post is content. It takes the
// place of an earlier Push and ends with Close.
func (c *Chats) Push(post func(ctx context.Context, body []byte) error) {
	ctx, stop := context.WithCancel(context.Background())
	c.stopPush(stop)
	go c.push(ctx, post)
}

// Pushed says whether updates are posted.
func (c *Chats) Pushed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hook != nil
}

// Close ends posting.
func (c *Chats) Close() { c.stopPush(nil) }

func (c *Chats) stopPush(next context.CancelFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hook != nil {
		c.hook()
	}
	c.hook = next
	c.change()
}

func (c *Chats) push(ctx context.Context, post func(ctx context.Context, body []byte) error) {
	for {
		var next []Update
		if c.Await(ctx, func() bool { next = c.Updates(0, 1); return len(next) > 0 }) != nil {
			return
		}
		if post(ctx, next[0].Body) == nil {
			c.Take(next[0].ID + 1)
			continue
		}
		select {
		case <-time.After(pushRetry):
		case <-ctx.Done():
			return
		}
	}
}
