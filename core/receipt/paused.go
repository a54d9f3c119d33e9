package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// PausedUntil is when the tax service will be asked again; zero while it is
// asked.
func (s *Service) PausedUntil(ctx context.Context, now time.Time) (time.Time, error) {
	until, err := storage.Value[time.Time](ctx, s.DB, qPausedUntil, s.Name, now)
	if errors.Is(err, storage.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read whether the tax service is asked: %w", err)
	}
	return until, nil
}

const qPausedUntil = `select open_until from provider_state where provider = $1 and open_until > $2`
