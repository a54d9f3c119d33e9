package conversation

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// Trouble is why nothing is heard or sent by an account until somebody acts.
type Trouble struct {
	Account string    `db:"account"`
	What    string    `db:"what"` // for whoever runs the installation
	Since   time.Time `db:"since"`
}

// SetTrouble says what the trouble of an account is now; "" for none.
func (s *Service) SetTrouble(ctx context.Context, now time.Time, account, what string) (err error) {
	if what == "" {
		_, err = s.db.Exec(ctx, qTroubleOver, account)
	} else {
		_, err = s.db.Exec(ctx, qTrouble, account, what, now)
	}
	if err != nil {
		return fmt.Errorf("trouble of %s: %w", account, err)
	}
	return nil
}

// Troubles are those there are, by account.
func (s *Service) Troubles(ctx context.Context) ([]Trouble, error) {
	all, err := storage.Collect[Trouble](ctx, s.db, qTroubles)
	if err != nil {
		return nil, fmt.Errorf("troubles of accounts: %w", err)
	}
	return all, nil
}
