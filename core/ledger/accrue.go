package ledger

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// AccrueAllTx opens a lot for each of accruals, in a number of statements that does not
// grow with theirs, and says which of their keys are new. A key seen before, or twice
// among them, accrues once and is no error; one accrual that cannot be is an error of
// all. Lots of the accounts that have expired by then are swept, and what the accounts
// owe is paid, where there is any.
func AccrueAllTx(ctx context.Context, tx storage.Tx, accruals []Accrual) (fresh []bool, err error) {
	fresh = make([]bool, len(accruals))
	columns, err := columnsOf(accruals)
	if err != nil || len(columns.keys) == 0 {
		return fresh, err
	}
	var b storage.Batch
	b.Exec(qEnsureAccounts, columns.members, columns.currencies)
	rows := storage.Queue[accruedRow](&b, qAccrue, columns.keys, columns.places, columns.members, columns.currencies, columns.amounts,
		columns.expire, columns.available, columns.campaigns, columns.versions, columns.receipts, columns.reasons, columns.at, columns.latest, columns.cards, columns.frozen)
	if err := b.Send(ctx, tx); err != nil {
		return fresh, fmt.Errorf("accrue %s: %w", named(accruals), err)
	}
	for _, r := range *rows {
		fresh[r.Place] = true
	}
	if err := tidy(ctx, tx, *rows, columns.latest); err != nil {
		return fresh, fmt.Errorf("accrue %s: %w", named(accruals), err)
	}
	return fresh, nil
}

// tidy sweeps and repays where an accrual has met what asks for it.
func tidy(ctx context.Context, tx storage.Tx, rows []accruedRow, at time.Time) error {
	var stale, owing []int64
	for _, r := range rows {
		if r.Stale {
			stale = append(stale, r.Account)
		}
		if r.Owing {
			owing = append(owing, r.Account)
		}
	}
	if len(stale)+len(owing) == 0 {
		return nil
	}
	var b storage.Batch
	if len(stale) > 0 {
		b.Exec(qSweep, stale, at)
	}
	if len(owing) > 0 {
		b.Exec(qRepay, owing, at)
	}
	return b.Send(ctx, tx)
}

// named is what an error of accruals calls them.
func named(accruals []Accrual) string {
	if len(accruals) == 1 {
		return accruals[0].Key
	}
	return fmt.Sprintf("%s and %d more", accruals[0].Key, len(accruals)-1)
}

func (a Accrual) check() error {
	if a.Amount <= 0 {
		return fmt.Errorf("accrue %s: amount %d is not above zero", a.Key, a.Amount)
	}
	if !a.ExpiresAt.IsZero() && !a.ExpiresAt.After(a.AvailableAt) {
		return fmt.Errorf("accrue %s: expires %v, available from %v", a.Key, a.ExpiresAt, a.AvailableAt)
	}
	return nil
}

// accrualColumns are accruals as arrays, every key once. latest is the last of their
// instants: what has expired by it has expired for all of them.
type accrualColumns struct {
	keys, currencies, reasons []string
	members, amounts          []int64
	places                    []int // among the accruals
	expire, available         []*time.Time
	campaigns                 []*string
	versions                  []*int
	receipts                  []*int64
	at                        []time.Time
	cards                     []*string
	frozen                    []bool
	latest                    time.Time
}

func columnsOf(accruals []Accrual) (c accrualColumns, err error) {
	seen := make(map[string]bool, len(accruals))
	for i, a := range accruals {
		if err := a.check(); err != nil {
			return c, err
		}
		if !seen[a.Key] {
			seen[a.Key] = true
			c.add(i, a)
		}
	}
	return c, nil
}

func (c *accrualColumns) add(place int, a Accrual) {
	c.keys, c.currencies, c.reasons = append(c.keys, a.Key), append(c.currencies, a.Currency), append(c.reasons, a.Reason)
	c.members, c.amounts, c.places = append(c.members, a.Member), append(c.amounts, a.Amount), append(c.places, place)
	c.expire, c.available = append(c.expire, storage.OrNull(a.ExpiresAt)), append(c.available, storage.OrNull(a.AvailableAt))
	c.campaigns, c.versions = append(c.campaigns, storage.OrNull(a.Campaign)), append(c.versions, storage.OrNull(a.Version))
	c.receipts, c.at = append(c.receipts, storage.OrNull(a.Receipt)), append(c.at, a.At)
	c.cards, c.frozen = append(c.cards, storage.OrNull(a.Card)), append(c.frozen, a.Frozen)
	if a.At.After(c.latest) {
		c.latest = a.At
	}
}
