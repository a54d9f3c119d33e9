package bots

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
)

// Guard makes a panic of sink an error: the batch is offered again, and what one
// of its updates stumbled over takes no process down. What that was is not named,
// as a text may be in it.
func Guard(sink Sink) Sink {
	return func(ctx context.Context, b Batch) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %T at\n%s", p, debug.Stack())
			}
		}()
		return sink(ctx, b)
	}
}

// Guarded lets a surprise in one update not stop the others: a panic while it is read is
// an error, which does not name what it was.
func Guarded(read func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("reading it panicked")
		}
	}()
	return read()
}
