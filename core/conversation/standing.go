package conversation

import (
	"context"
	"fmt"
	"strings"

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
