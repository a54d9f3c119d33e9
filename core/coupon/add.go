package coupon

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"besedka/storage"
)

// Origin is what a receipt's terms in a pool are found by.
type Origin struct {
	Campaign string
	Version  int
	Pool     string
	Receipt  int64
	Key      string // of the addition
}

// Service keeps the pools of coupons. The zero Service is for a house whose campaigns
// add nothing up: it refuses to lower, join or check a pool with a name.
type Service struct {
	// Terms finds the terms that receipts were added under, in their order. Versions and
	// receipts do not change, and neither do its answers.
	Terms func(ctx context.Context, q storage.Querier, of []Origin) ([]Terms, error)
}

// Addition is a receipt that adds to a pool.
type Addition struct {
	Key      string // unique among all additions: receipt/17/oz-volvo/1
	Campaign string
	Version  int
	Pool     string // "" adds nothing up: Sum is how many coupons the receipt makes, and Entitled is not asked
	Window   string // whose receipts add up: 2019-08-03, as the campaign names it; "" for all of its time
	Member   int64
	Receipt  int64
	Sum      int64 // kopecks, above zero
	Terms
}

// Issued is what an addition brought.
type Issued struct {
	Numbers   []int64 // ascending; consecutive in the campaign
	Forfeited int64   // cut by Most
	Sum       int64   // of the pool after it
}

// errAddition is what no receipt adds.
var errAddition = errors.New("an addition needs a key, a sum above zero and a formula")

// AddTx adds a receipt to its pool and issues what the pool is entitled to by then. A
// key seen before issues nothing and answers with what it brought the first time. The
// caller holds the receipt and its member, and does nothing slow afterwards: everybody
// whom the campaign owes a number waits for the end of the transaction.
func (s Service) AddTx(ctx context.Context, tx storage.Tx, now time.Time, a Addition) (Issued, error) {
	if a.Pool == "" {
		a.Window, a.Entitled = alone(a.Receipt), byNumber.Entitled
	}
	if a.Key == "" || a.Sum <= 0 || a.Entitled == nil {
		return Issued{}, fmt.Errorf("add receipt %d to pool %s: %w", a.Receipt, a.Pool, errAddition)
	}
	issued, err := a.apply(ctx, tx, now)
	if err != nil {
		return Issued{}, fmt.Errorf("add receipt %d to pool %s of %s: %w", a.Receipt, a.Pool, a.Campaign, err)
	}
	return issued, nil
}

// alone is the window of a receipt that is added to nothing.
func alone(receipt int64) string { return fmt.Sprintf("receipt/%d", receipt) }

func (a Addition) apply(ctx context.Context, tx storage.Tx, now time.Time) (Issued, error) {
	var b storage.Batch
	pools := storage.Queue[pool](&b, qOpenPools, a.Member, []string{a.Campaign}, []string{a.Pool}, []string{a.Window})
	before := storage.Queue[addedRow](&b, qAdded, a.Key) // after the pool is held: nobody adds it meanwhile
	if err := b.Send(ctx, tx); err != nil {
		return Issued{}, err
	}
	p := (*pools)[0]
	if len(*before) > 0 {
		return Issued((*before)[0]), nil
	}
	if a.Sum > math.MaxInt64-p.Sum {
		return Issued{}, fmt.Errorf("a sum of %d is too big beside %d", a.Sum, p.Sum)
	}
	return a.issue(ctx, tx, now, p)
}

// issue writes what a adds to p, which is held.
func (a Addition) issue(ctx context.Context, tx storage.Tx, now time.Time, p pool) (Issued, error) {
	more := max(0, a.worth(p.Sum+a.Sum)-p.Entitled)
	n := a.cut(more, 0)
	var b storage.Batch
	given := storage.Queue[numberRow](&b, qContribute, a.Key, a.Campaign, n, a.Member, now, p.ID, a.Receipt, a.Version, a.Sum, more-n)
	b.ExecN(1, qPool, p.ID, p.Sum+a.Sum, p.Entitled+more, p.Live+n, p.Forfeited+more-n)
	if err := b.Send(ctx, tx); err != nil {
		return Issued{}, err
	}
	return Issued{Numbers: numbers(*given), Forfeited: more - n, Sum: p.Sum + a.Sum}, nil
}

type addedRow struct {
	Numbers   []int64 `db:"numbers"`
	Forfeited int64   `db:"forfeited"`
	Sum       int64   `db:"sum"`
}

type numberRow struct {
	Number int64 `db:"number"`
}

func numbers(rows []numberRow) []int64 {
	list := make([]int64, len(rows))
	for i, r := range rows {
		list[i] = r.Number
	}
	return list
}
