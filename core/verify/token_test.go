package verify

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// silence is a tax service that never answers; it counts who asked for a token.
type silence struct{ auths atomic.Int64 }

func (s *silence) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == authPath {
		s.auths.Add(1)
	}
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// unanswered is a client of a silent service.
func unanswered() (*Client, *silence) {
	c, service := New("http://tax.example", "master"), &silence{}
	c.http.Transport = service
	return c, service
}

// Sixteen receipts that need a token in an outage wait as long as one: their
// leases would not last for sixteen waits in a row.
func TestFailedTokenIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, service := unanswered()
		begun := time.Now()
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				_, err := c.Send(t.Context(), begun, Query{User: "m17"})
				if f, ok := errors.AsType[*Failure](err); !ok || f.Class != Outage {
					t.Errorf("got %v, want an outage", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(begun); took != RequestTimeout || service.auths.Load() != 1 {
			t.Errorf("%v and %d requests, want %v and 1", took, service.auths.Load(), RequestTimeout)
		}
	})
}

// Who waits for somebody else's token does not wait longer than they may.
func TestWaitForTokenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := unanswered()
		begun := time.Now()
		go c.Send(t.Context(), begun, Query{User: "m17"}) //nolint:errcheck // it only holds the token up
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Send(ctx, begun, Query{User: "m18"})
		if took := time.Since(begun); err == nil || took != time.Second {
			t.Errorf("%v after %v, want an outage after a second", err, took)
		}
	})
}
