package receipt

import (
	"context"
	"time"

	"besedka/core/verify"
	"besedka/storage"
)

const qBreaker = `
select open_until, failures, calls, window_at from provider_state where provider = $1 for update`

const qBreakerNew = `insert into provider_state (provider) values ($1) on conflict do nothing`

const qBreakerSave = `
update provider_state set open_until = $2, failures = $3, calls = $4, window_at = $5 where provider = $1`

// lockBreaker reads the breaker that all processes share, and holds it.
func lockBreaker(ctx context.Context, tx storage.Tx, provider string) (verify.Breaker, error) {
	if _, err := tx.Exec(ctx, qBreakerNew, provider); err != nil {
		return verify.Breaker{}, err
	}
	row, err := storage.One[struct {
		OpenUntil *time.Time `db:"open_until"`
		Failures  int        `db:"failures"`
		Calls     int        `db:"calls"`
		WindowAt  *time.Time `db:"window_at"`
	}](ctx, tx, qBreaker, provider)
	if err != nil {
		return verify.Breaker{}, err
	}
	b := verify.Breaker{Failures: row.Failures, Calls: row.Calls}
	if row.OpenUntil != nil {
		b.OpenUntil = *row.OpenUntil
	}
	if row.WindowAt != nil {
		b.WindowAt = *row.WindowAt
	}
	return b, nil
}

func saveBreaker(ctx context.Context, tx storage.Tx, provider string, b verify.Breaker) error {
	_, err := tx.Exec(ctx, qBreakerSave, provider, orNull(b.OpenUntil), b.Failures, b.Calls, orNull(b.WindowAt))
	return err
}
