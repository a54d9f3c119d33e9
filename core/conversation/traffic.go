package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Traffic is what conversations did since an instant, by steps (flow/step, "-"
// where nothing is asked). It adds up: for every step, who waited there before
// and the turns into it are the turns out of it and who waits there now. Whoever
// was erased counts on, without a name, where they waited last.
type Traffic struct {
	Moves       []Move
	Before, Now map[string]int64 // conversations that wait, by step
}

// Move is how many turns led from one step to another, or left a conversation
// where it was.
type Move struct {
	From, To string
	Turns    int64
}

// ReadTraffic counts the turns since an instant. It reads no more than names of
// steps, so it needs no keys.
func ReadTraffic(ctx context.Context, q storage.Querier, since time.Time) (Traffic, error) {
	type row struct {
		What string `db:"what"`
		From string `db:"step_in"`
		To   string `db:"step_out"`
		N    int64  `db:"n"`
	}
	rows, err := storage.Collect[row](ctx, q, qTraffic, since)
	if err != nil {
		return Traffic{}, fmt.Errorf("count turns: %w", err)
	}
	t := Traffic{Before: map[string]int64{}, Now: map[string]int64{}}
	for _, r := range rows {
		switch r.What {
		case "turns":
			t.Moves = append(t.Moves, Move{r.From, r.To, r.N})
		case "before":
			t.Before[r.To] = r.N
		case "now":
			t.Now[r.To] = r.N
		}
	}
	return t, nil
}
