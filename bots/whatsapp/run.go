//go:build !nowhatsmeow

package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow/store"

	"besedka/bots"
)

// How a session ends. What is an ending of its own kind is loud, and not soon
// tried again: a client that knocks on is banned for longer.
var (
	errLost     = errors.New("the connection is lost")
	errNotTaken = errors.New("what WhatsApp told could not be taken")
)

// refusedError is WhatsApp's will not to have the device, or not now.
type refusedError struct {
	why   string // for whoever runs the installation
	pause time.Duration
}

func (e *refusedError) Error() string { return e.why }
func (e *refusedError) Unwrap() error { return bots.ErrUnauthorized }

// Run implements bots.Listener: one session after another. It returns when the
// account needs a person, after as long as it should be left in peace.
func (a *Adapter) Run(ctx context.Context, sink bots.Sink) error {
	for failures := 0; ctx.Err() == nil; failures++ {
		connected, err := a.listen(ctx, sink)
		if ctx.Err() != nil {
			return nil
		}
		if refused, ok := errors.AsType[*refusedError](err); ok {
			a.setTrouble(refused.why)
			a.cfg.Log.ErrorContext(ctx, "WhatsApp refuses the linked device", "account", a.account, "why", refused.why, "pause", refused.pause)
			a.wait(ctx, refused.pause)
			return err
		}
		if connected {
			failures = 0
		}
		a.cfg.Log.WarnContext(ctx, "WhatsApp's session ended", "account", a.account, "err", err)
		a.wait(ctx, min(pauseFirst<<min(failures, 10), pauseMost))
	}
	return nil
}

const (
	pauseFirst    = 250 * time.Millisecond
	pauseMost     = time.Minute
	pauseUnlinked = 10 * time.Second
	pauseReplaced = time.Minute
	pauseOutdated = time.Hour
)

// listen has one session and returns why it ended, and whether it had begun.
func (a *Adapter) listen(ctx context.Context, sink bots.Sink) (connected bool, err error) {
	d, err := a.device(ctx)
	if err != nil {
		return false, err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	s := newSession(ctx, a, d, sink, end)
	a.mu.Lock()
	a.session = s
	a.mu.Unlock()
	defer s.close()
	if err := s.client.ConnectContext(ctx); err != nil {
		return false, fmt.Errorf("connect: %w", brief(err))
	}
	<-ctx.Done()
	return s.connected.Load(), context.Cause(ctx)
}

// device is the one that is linked to the account.
func (a *Adapter) device(ctx context.Context) (*store.Device, error) {
	devices, err := Open(ctx, a.cfg.DB, a.cfg.Box)
	if err != nil {
		return nil, err
	}
	d, err := deviceOf(ctx, devices, a.cfg.Phone)
	if err == nil && d == nil {
		err = &refusedError{"no device is linked to the account: run besedka whatsapp pair", pauseUnlinked}
	}
	return d, err
}
