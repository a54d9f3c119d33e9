package family

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/ledger"
	"besedka/storage"
)

// MergeTx puts into in the place that from had in a family, when the two turned out to
// be one person. When both are of families, into's stays, and from leaves theirs with
// all that is their own. Called before the accounts are joined.
func MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	if err := merge(ctx, tx, now, from, into); err != nil {
		return fmt.Errorf("join the families of members %d and %d: %w", from, into, err)
	}
	return nil
}

func merge(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	old, err := Of(ctx, tx, from)
	if err != nil || !old.Together() {
		return err
	}
	present, err := Of(ctx, tx, into)
	switch {
	case err != nil:
		return err
	case old.Head == from && (present.Head == from || !present.Together()):
		_, err = tx.Exec(ctx, qCrown, from, into)
		return err
	case old.Head == present.Head: // one of the two places is enough
		_, err = tx.Exec(ctx, qVacate, from)
		return err
	case !present.Together():
		return succeed(ctx, tx, now, old.Head, from, into)
	}
	_, err = leave(ctx, tx, now, from, true)
	return err
}

// succeed brings into to the family of from, with their points; who owes stays outside,
// and from's own points come out to them.
func succeed(ctx context.Context, tx storage.Tx, now time.Time, head, from, into int64) error {
	err := ledger.ShareTx(ctx, tx, now, into, head)
	if errors.Is(err, ledger.ErrOwes) {
		return ledger.PartTx(ctx, tx, now, from, true)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, qVacate, from)
	return err
}
