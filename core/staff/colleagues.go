package staff

import (
	"context"
	"fmt"
	"slices"

	"besedka/storage"
)

// Colleague is one of the staff by number and name.
type Colleague struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// WhoMay are those who work here and may do p, by name.
func WhoMay(ctx context.Context, q storage.Querier, p Permission) ([]Colleague, error) {
	var roles []Role
	for _, r := range Roles {
		if slices.Contains(permissions[r], p) {
			roles = append(roles, r)
		}
	}
	people, err := storage.Collect[Colleague](ctx, q, qWhoMay, roles)
	if err != nil {
		err = fmt.Errorf("who may %s: %w", p, err)
	}
	return people, err
}
