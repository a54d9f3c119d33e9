package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/storage"
)

// How often one may try within triesIn: under one name, because a code has six digits;
// from one address, behind which a whole office may sit.
const (
	triesIn        = 15 * time.Minute
	triesOfLogin   = 10
	triesOfAddress = 100
)

// ErrTooMany is the answer to who tries too often.
var ErrTooMany = errors.New("too many tries: wait a quarter of an hour")

// mayTry notes a try to sign in, else ErrTooMany. Tries under one name, or from one
// address, wait for each other, so that many at once are counted like many in a row. A
// login of "" is a passkey, which is not guessed.
func (s *Service) mayTry(ctx context.Context, now time.Time, login, from string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if login == "" { // counted apart: who guesses passwords keeps nobody's key out
			return noteTry(ctx, tx, now, s.keys.Index("staff key address", from), triesOfAddress)
		}
		if err := noteTry(ctx, tx, now, s.loginIndex(login), triesOfLogin); err != nil {
			return err
		}
		return noteTry(ctx, tx, now, s.keys.Index("staff address", from), triesOfAddress)
	})
}

func (s *Service) loginIndex(login string) []byte { return s.keys.Index("staff login", login) }

func noteTry(ctx context.Context, tx storage.Tx, now time.Time, index []byte, limit int) error {
	if _, err := tx.Exec(ctx, qTryLock, index); err != nil {
		return fmt.Errorf("note try: %w", err)
	}
	tag, err := tx.Exec(ctx, qTryNote, index, now, now.Add(-triesIn), limit)
	if err != nil {
		return fmt.Errorf("note try: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrTooMany
	}
	return nil
}

// What has done its work is kept no longer than somebody may ask about it.
var (
	oldTries      = storage.Retention{Kept: 24 * time.Hour, Delete: qTryForget, Eldest: qTryEldest}
	oldChallenges = storage.Retention{Kept: time.Hour, Delete: qChallengeForget, Eldest: qChallengeEldest}
	oldSessions   = storage.Retention{Kept: 90 * 24 * time.Hour, Delete: qSessionForget, Eldest: qSessionEldest}
)

// ForgetStep deletes tries, challenges and sessions that were kept long enough.
func (s *Service) ForgetStep(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	for _, old := range []storage.Retention{oldTries, oldChallenges, oldSessions} {
		more, at, err := old.Step(ctx, s.db, now)
		if err != nil {
			return false, time.Time{}, fmt.Errorf("forget who tried to sign in: %w", err)
		}
		worked = worked || more
		if next.IsZero() || !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return worked, next, nil
}
