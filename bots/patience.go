package bots

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
)

// Pause waits for d, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

const (
	pauseFirst = 250 * time.Millisecond
	pauseMost  = 15 * time.Second
)

// Retry does a thing over and over until ctx ends or the messenger refuses the account.
// Other failures are complained of, and leave the messenger in peace: for as long as it
// asks, else longer with each failure in a row.
func Retry(ctx context.Context, complain func(error), do func(context.Context) error) error {
	failures := 0
	for ctx.Err() == nil {
		switch err := do(ctx); {
		case err == nil:
			failures = 0
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrUnauthorized):
			return err
		default:
			failures++
			complain(err)
			Pause(ctx, pause(failures, err))
		}
	}
	return nil
}

func pause(failures int, err error) time.Duration {
	if e, ok := errors.AsType[*ThrottledError](err); ok {
		return e.After
	}
	return min(pauseFirst<<min(failures-1, 10), pauseMost)
}

const (
	answerTimeout  = 5 * time.Second
	answerParallel = 8
)

// AnswerTaps tells a messenger that taps arrived: until then their buttons show a
// spinner. One that fails is no harm, and is complained of.
func AnswerTaps[T any](ctx context.Context, taps []T, complain func(error), answer func(context.Context, T) error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var g errgroup.Group
	g.SetLimit(answerParallel)
	for _, tap := range taps {
		g.Go(func() error {
			if err := answer(ctx, tap); err != nil {
				complain(err)
			}
			return nil
		})
	}
	_ = g.Wait()
}
