package report

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

type groupRow struct {
	Name    string `db:"name"`
	Members int64  `db:"members"`
}

// Registered are the members who registered from an instant until before another, by
// what they answer to a field that is kept in clear; "" are those who did not say.
func Registered(ctx context.Context, q storage.Querier, field string, from, until time.Time) (t Table, err error) {
	rows, err := storage.Collect[groupRow](ctx, q, qRegistered, field, from, until)
	if err != nil {
		return t, fmt.Errorf("registered from %s until %s: %w", from, until, err)
	}
	for _, r := range rows {
		t.Add(r.Name, r.Members)
	}
	return t, nil
}
