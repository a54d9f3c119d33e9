package letter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/consent"
	"besedka/core/seal"
	"besedka/storage"
)

// Limits of one claim. Letters are sent at once, each in less than their lease: by two
// processes no more than SMSC.ru takes of one account, which refuses above 15.
const (
	AtOnce = 7
	lease  = time.Minute
	// DoubtPause is how long a provider may still be at work on a call that nobody waits
	// for any more: before, it cannot be asked what became of it.
	DoubtPause = time.Minute
)

// Claimed is a letter in this process's hand.
type Claimed struct {
	ID          int64
	Key         string
	Subject     int64
	To          string
	Title, Text string
	Secret      bool
	Unasked     bool
	Parts       int
	Attempts    int       // before this one
	Doubt       bool      // an attempt before may have reached the provider
	Sent        bool      // it is only to be asked what became of it
	SentAt      time.Time // when it was sent
}

type claimRow struct {
	ID         int64      `db:"id"`
	Key        string     `db:"key"`
	Subject    int64      `db:"subject_id"`
	Member     int64      `db:"member_id"`
	SealedTo   []byte     `db:"sealed_to"`
	SealedText []byte     `db:"sealed_text"`
	WrappedKey []byte     `db:"wrapped_key"`
	Secret     bool       `db:"secret"`
	Unasked    bool       `db:"unasked"`
	Parts      int        `db:"parts"`
	State      State      `db:"state"`
	Doubt      bool       `db:"doubt"`
	Attempts   int        `db:"attempts"`
	Until      time.Time  `db:"until"`
	SentAt     *time.Time `db:"sent_at"`
	News       int        `db:"news"` // sent to the address in the last day
	NewsSince  *time.Time `db:"news_since"`
}

// Claim takes letters of a medium that are due, codes first, one of each address, and
// says when the next one is due. Those that may not leave now, or ever, are put off or
// ended at once. What was in the hand of somebody who died is in doubt and rests a while.
// One process claims at a time, so that the limits of an address hold.
func (s *Service) Claim(ctx context.Context, now time.Time, m consent.Medium) (claimed []Claimed, next time.Time, err error) {
	next, err = storage.Earliest(ctx, s.DB, qNext, m)
	if err != nil || next.IsZero() { // as nearly always
		return nil, next, err
	}
	me, err := s.DB.Session(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, qClaimLock, m); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, qLost, now.Add(DoubtPause), now, m); err != nil {
			return err
		}
		rows, err := storage.Collect[claimRow](ctx, tx, qClaim, m, now, now.Add(lease), me, AtOnce, now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		claimed = nil // a transaction may run again
		for _, r := range rows {
			c, mark, err := s.ready(ctx, tx, now, r)
			if err != nil {
				return err
			}
			if mark == nil {
				claimed = append(claimed, c)
				continue
			}
			if err := markIn(ctx, tx, now, *mark); err != nil {
				return err
			}
		}
		next, err = storage.Earliest(ctx, tx, qNext, m)
		if len(rows) == 0 && !next.After(now) {
			next = time.Time{} // what is due waits for a letter to its address that another process has in hand
		}
		return err
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("claim letters by %s: %w", m, err)
	}
	return claimed, next, nil
}

// ready opens a letter that may leave now; of another one it says what becomes of it.
func (s *Service) ready(ctx context.Context, q storage.Querier, now time.Time, r claimRow) (Claimed, *Mark, error) {
	if r.State == Pending {
		mark, err := s.hold(ctx, q, now, r)
		if mark != nil || err != nil {
			return Claimed{}, mark, err
		}
	}
	c, err := s.open(r)
	switch {
	case errors.Is(err, seal.ErrErased):
		return c, &Mark{ID: r.ID, State: Failed, Reason: "erased"}, nil
	case err != nil:
		return c, &Mark{ID: r.ID, State: Failed, Reason: "unreadable"}, nil
	}
	return c, nil, nil
}

// hold says why a letter does not leave now: nil when it does. One in doubt has passed
// all that before, and is only to be cleared up.
func (s *Service) hold(ctx context.Context, q storage.Querier, now time.Time, r claimRow) (*Mark, error) {
	switch {
	case r.Doubt:
		return nil, nil
	case !now.Before(r.Until):
		return &Mark{ID: r.ID, State: Failed, Reason: "late"}, nil
	case !r.Unasked:
		return nil, nil
	}
	medium := consent.SMS
	if r.Parts == 0 {
		medium = consent.Email
	}
	may, err := consent.MayWrite(ctx, q, r.Member, medium)
	switch loud := s.Loud(now); {
	case err != nil:
		return nil, err
	case !may:
		return &Mark{ID: r.ID, State: Failed, Reason: "unwanted"}, nil
	case loud.After(now):
		return &Mark{ID: r.ID, State: Pending, Due: loud, Reason: "quiet"}, nil
	case r.News >= NewsPerDay:
		return &Mark{ID: r.ID, State: Pending, Due: r.NewsSince.Add(24 * time.Hour), Reason: "enough"}, nil
	}
	return nil, nil
}

func (s *Service) open(r claimRow) (Claimed, error) {
	c := Claimed{
		ID: r.ID, Key: r.Key, Subject: r.Subject, Secret: r.Secret, Unasked: r.Unasked, Parts: r.Parts, Attempts: r.Attempts, Doubt: r.Doubt, Sent: r.State == Sent,
	}
	if r.SentAt != nil {
		c.SentAt = *r.SentAt
	}
	key, err := s.Keys.Unwrap(r.WrappedKey)
	if err != nil {
		return c, err
	}
	to, err := key.Open(toKind, r.SealedTo)
	if err != nil {
		return c, err
	}
	c.To = string(to)
	if c.Sent { // its words may be forgotten
		return c, nil
	}
	var w words
	err = key.OpenJSON(wordsKind, r.SealedText, &w)
	c.Title, c.Text = w.Title, w.Text
	return c, err
}
