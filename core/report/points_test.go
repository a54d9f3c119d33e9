package report

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// history moves points of a currency at hours after a midnight.
type history struct {
	db       *storage.DB
	currency string
	member   int64
	start    time.Time
	n        int
}

func (h *history) at(hours int) time.Time { return h.start.Add(time.Duration(hours) * time.Hour) }

// move does one movement of a kind; what has nothing to move is refused by name.
func (h *history) move(ctx context.Context, kind string, amount int64, hours int) error {
	h.n++
	key := fmt.Sprintf("%s/%d", h.currency, h.n)
	if kind == "expire" {
		_, _, err := ledger.Expiry{DB: h.db}.Step(ctx, h.at(hours))
		return err
	}
	err := h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if kind == "accrue" {
			return ledger.AccrueTx(ctx, tx, ledger.Accrual{
				Key: key, Member: h.member, Currency: h.currency, Amount: amount, At: h.at(hours), ExpiresAt: h.at(hours + int(amount%40) + 1),
			})
		}
		hold := ledger.Hold{Key: key, Member: h.member, Currency: h.currency, Amount: amount, At: h.at(hours)}
		if err := ledger.HoldTx(ctx, tx, hold); err != nil || kind == "hold" {
			return err
		}
		s := ledger.Settlement{Key: key, At: h.at(hours)}
		if err := ledger.CommitTx(ctx, tx, s); err != nil || kind == "spend" {
			return err
		}
		s.At = h.at(hours + 3)
		return ledger.RefundTx(ctx, tx, s)
	})
	if _, short := errors.AsType[*ledger.Insufficient](err); short {
		return nil
	}
	return err
}

const (
	// qPosted are the postings of a currency on the accounts of a kind, from $1 until before $2.
	postedOf = `
select coalesce(sum(p.amount), 0)::bigint
from posting p join ledger_tx t on t.id = p.tx_id join account a on a.id = p.account_id
where t.at >= $1 and t.at < $2 and a.currency = $3 and a.kind = $4`
	heldOf = `
select coalesce(sum(p.amount), 0)::bigint
from hold_part p join lot l on l.id = p.lot_id join account a on a.id = l.account_id where a.currency = $1`
)

// TestPointsAreTheLedgers: whatever is earned, reserved, spent, given back and expires
// around midnights, the figures of each day are the postings to the unit, what members'
// accounts grew by is what was issued less what was spent and expired, and all days
// together are the books.
func TestPointsAreTheLedgers(t *testing.T) {
	t.Parallel()
	db, ctx, run := storagetest.DB(t), context.Background(), 0
	value := func(t *rapid.T, sql string, args ...any) int64 {
		n, err := storage.Value[int64](ctx, db, sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		run++
		h := history{db: db, currency: fmt.Sprintf("c%d", run), start: midnight}
		h.member = value(t, "insert into member (created_at) values ($1) returning id", midnight)
		for range rapid.IntRange(1, 25).Draw(t, "moves") {
			kind := rapid.SampledFrom([]string{"accrue", "accrue", "hold", "spend", "give back", "expire"}).Draw(t, "kind")
			amount, hours := rapid.Int64Range(1, 500).Draw(t, "amount"), rapid.SampledFrom([]int{0, 1, 23, 24, 25, 47, 48, 70}).Draw(t, "hours")
			if err := h.move(ctx, kind, amount, hours); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
		days, books := Points{Currency: h.currency}, bookedOf(t, db, h.currency)
		for day := range 5 {
			from, until := midnight.AddDate(0, 0, day), midnight.AddDate(0, 0, day+1)
			got := pointsOf(t, db, h.currency, from, until)
			want := Points{
				Currency: h.currency,
				Issued:   -value(t, postedOf, from, until, h.currency, "issue"),
				Spent:    value(t, postedOf, from, until, h.currency, "redeem"),
				Expired:  value(t, postedOf, from, until, h.currency, "expire"),
				Held:     value(t, heldOf, h.currency),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("day %d: %s", day, diff)
			}
			if grew := value(t, postedOf, from, until, h.currency, "member"); grew != got.Issued-got.Spent-got.Expired {
				t.Fatalf("day %d: members' accounts grew by %d: %+v", day, grew, got)
			}
			days.Issued, days.Spent, days.Expired = days.Issued+got.Issued, days.Spent+got.Spent, days.Expired+got.Expired
		}
		if days.Issued != books.Issued || days.Spent != books.Redeemed || days.Expired != books.Expired {
			t.Fatalf("all days together are %+v, the books say %+v", days, books)
		}
	})
}

func pointsOf(t *rapid.T, db *storage.DB, currency string, from, until time.Time) Points {
	t.Helper()
	found := Points{Currency: currency}
	err := db.InSnapshot(context.Background(), func(ctx context.Context, tx storage.Tx) error {
		all, err := reading{tx: tx}.points(ctx, from, until)
		for _, p := range all {
			if p.Currency == currency {
				found = p
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func bookedOf(t *rapid.T, db *storage.DB, currency string) ledger.Sum {
	t.Helper()
	books, err := ledger.Check(context.Background(), db)
	if err != nil || len(books.Breaches) > 0 {
		t.Fatalf("books: %+v %v", books.Breaches, err)
	}
	for _, s := range books.Sums {
		if s.Currency == currency {
			return s
		}
	}
	return ledger.Sum{Currency: currency}
}
