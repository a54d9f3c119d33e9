package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/verify"
	"besedka/storage"
)

// Proverkacheka is the name of the second provider, kept with what it confirmed.
const Proverkacheka = "proverkacheka"

// Standing is how we stand with a provider, in the row that all processes share.
type Standing struct {
	Name string
	verify.Breaker
	verify.Quota
}

// PausedUntil is when the provider may be asked again for receipts that nobody has
// asked for yet, now or later, and why it is not before; zero while it is asked.
func (st Standing) PausedUntil(now time.Time) (until time.Time, why verify.Class) {
	if st.Down(now) {
		return later(st.OpenUntil, now, true), st.Cause
	}
	if first, _ := st.Left(now); first == 0 {
		return st.Until, verify.RateDaily
	}
	return time.Time{}, ""
}

// Standings are those of the providers that are asked, the first one first.
func (s *Service) Standings(ctx context.Context) ([]Standing, error) {
	var all []Standing
	for _, p := range s.providers() {
		row, err := storage.Collect[standingRow](ctx, s.DB, qStanding, p.Name)
		if err != nil {
			return nil, fmt.Errorf("read how we stand with %s: %w", p.Name, err)
		}
		if len(row) > 0 {
			p = row[0].standing(p)
		}
		all = append(all, p)
	}
	return all, nil
}

// providers are those configured, with their quotas.
func (s *Service) providers() (all []Standing) {
	if s.Provider != nil {
		all = append(all, s.first())
	}
	if s.Second != nil {
		all = append(all, s.second())
	}
	return all
}

func (s *Service) first() Standing {
	return Standing{Name: s.Name, Quota: verify.Quota{Limit: s.Quota}}
}

func (s *Service) second() Standing {
	return Standing{Name: Proverkacheka, Quota: verify.Quota{Limit: s.SecondQuota}}
}

// unasked says that there is nobody to ask: every receipt waits for a person.
func (s *Service) unasked() bool { return s.Provider == nil && s.Second == nil }

const qStanding = `
select open_until, opened_at, cause, failures, calls, window_at, failing_at, spent, spent_until
from provider_state where provider = $1`

const qStandingHeld = qStanding + ` for update`

const qStandingNew = `insert into provider_state (provider) values ($1) on conflict do nothing`

const qStandingSave = `
update provider_state set open_until = $2, opened_at = $3, cause = $4, failures = $5, calls = $6, window_at = $7, failing_at = $8,
  spent = $9, spent_until = $10
where provider = $1`

type standingRow struct {
	OpenUntil  *time.Time   `db:"open_until"`
	OpenedAt   *time.Time   `db:"opened_at"`
	Cause      verify.Class `db:"cause"`
	Failures   int          `db:"failures"`
	Calls      int          `db:"calls"`
	WindowAt   *time.Time   `db:"window_at"`
	FailingAt  *time.Time   `db:"failing_at"`
	Spent      int          `db:"spent"`
	SpentUntil *time.Time   `db:"spent_until"`
}

// standing is the row of p, whose limit is not in it.
func (r standingRow) standing(p Standing) Standing {
	p.Breaker = verify.Breaker{
		OpenUntil: orZero(r.OpenUntil), OpenedAt: orZero(r.OpenedAt), Cause: r.Cause,
		Failures: r.Failures, Calls: r.Calls, WindowAt: orZero(r.WindowAt), FailingAt: orZero(r.FailingAt),
	}
	p.Spent, p.Until = r.Spent, orZero(r.SpentUntil)
	return p
}

// lock reads how we stand with p, and holds it.
func lock(ctx context.Context, tx storage.Tx, p Standing) (Standing, error) {
	if _, err := tx.Exec(ctx, qStandingNew, p.Name); err != nil {
		return p, err
	}
	row, err := storage.One[standingRow](ctx, tx, qStandingHeld, p.Name)
	if err != nil {
		return p, err
	}
	return row.standing(p), nil
}

func (st Standing) save(ctx context.Context, tx storage.Tx) error {
	_, err := tx.Exec(ctx, qStandingSave, st.Name, storage.OrNull(st.OpenUntil), storage.OrNull(st.OpenedAt), st.Cause,
		st.Failures, st.Calls, storage.OrNull(st.WindowAt), storage.OrNull(st.FailingAt), st.Spent, storage.OrNull(st.Until))
	return err
}

// orZero is the zero value for null.
func orZero[T any](v *T) (z T) {
	if v == nil {
		return z
	}
	return *v
}
