package conversation

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"besedka/storage"
)

// Standing is how many conversations stand at the same steps of one release: their
// names apart by spaces, as the runner wrote them.
type Standing struct {
	Release string `db:"release_id"`
	Steps   string `db:"standing"`
	People  int64  `db:"people"`
}

// Step is where they wait, flow/step: of the steps that they stand at the running one,
// which is the first.
func (s Standing) Step() string {
	first, _, _ := strings.Cut(s.Steps, " ")
	return strings.TrimPrefix(first, ">") // that comes after a flow that runs, which is over
}

// ReadStanding counts who waits where. Whoever was erased comes back as a stranger
// and waits for nothing.
func ReadStanding(ctx context.Context, q storage.Querier) ([]Standing, error) {
	all, err := storage.Collect[Standing](ctx, q, qStanding)
	if err != nil {
		return nil, fmt.Errorf("count who waits where: %w", err)
	}
	return all, nil
}

// censusFor is how old a Census may be. Every turn changes where somebody stands, so no
// index is kept of it, which turns would pay for: a count reads all conversations, about
// two seconds for a million, and not for every page that is open.
const censusFor = 15 * time.Second

// Census is who waits where, counted now and then for all who ask this process. Its zero
// value is ready.
type Census struct {
	mu  sync.Mutex
	at  time.Time
	all []Standing
}

// Read counts again when the last count is too old, and tells when it was. It is asked in
// a transaction: whoever waits here for the count of another has a connection already.
func (c *Census) Read(ctx context.Context, tx storage.Tx, now time.Time) ([]Standing, time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.at); age > 0 && age < censusFor { // a clock that stands still proves nothing
		return c.all, c.at, nil
	}
	all, err := ReadStanding(ctx, tx)
	if err == nil {
		c.all, c.at = all, now
	}
	return all, now, err
}
