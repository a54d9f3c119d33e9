package coupon

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"besedka/storage"
)

// TermsOf finds the terms of a pool under a version of its campaign. Versions never
// change, and neither do its answers.
type TermsOf func(ctx context.Context, q storage.Querier, campaign string, version int, pool string) (Terms, error)

// Service keeps the pools of coupons. The zero Service is for a house whose campaigns
// give none: it refuses to lower, join or check a pool there is.
type Service struct {
	Terms TermsOf
}

// Addition is a receipt that adds to a pool.
type Addition struct {
	Key       string // unique among all additions: receipt/17/oz-volvo/mall
	Campaign  string
	Version   int
	Pool      string
	Window    Window
	Purchased time.Time
	Zone      *time.Location // whose days the window means
	Member    int64
	Receipt   int64
	Sum       int64 // kopecks, or whatever the formula counts, above zero
	Terms           // of the pool under the version
}

// Issued is what an addition brought.
type Issued struct {
	Numbers   []int64 // ascending; consecutive in the campaign
	Forfeited int64   // cut by caps
	Sum       int64   // of the pool after it
}

// errAddition is what no receipt adds.
var errAddition = errors.New("an addition needs a key, a sum above zero and a formula")

// AddTx adds a receipt to its pool and issues what the pool is entitled to by then. A
// key seen before issues nothing and answers with what it brought the first time. The
// caller holds the receipt and its member, and does nothing slow afterwards: everybody
// whom the campaign owes a number waits for the end of the transaction.
func (s Service) AddTx(ctx context.Context, tx storage.Tx, now time.Time, a Addition) (Issued, error) {
	if a.Key == "" || a.Sum <= 0 || a.Entitled == nil {
		return Issued{}, fmt.Errorf("add receipt %d to pool %s: %w", a.Receipt, a.Pool, errAddition)
	}
	issued, err := a.apply(ctx, tx, now)
	if err != nil {
		return Issued{}, fmt.Errorf("add receipt %d to pool %s of %s: %w", a.Receipt, a.Pool, a.Campaign, err)
	}
	return issued, nil
}

func (a Addition) apply(ctx context.Context, tx storage.Tx, now time.Time) (Issued, error) {
	period, err := a.Window.period(a.Purchased, a.Zone, a.Receipt)
	if err != nil {
		return Issued{}, err
	}
	var b storage.Batch
	pools := storage.Queue[pool](&b, qOpenPool, a.Member, a.Campaign, a.Pool, period)
	before := storage.Queue[addedRow](&b, qAdded, a.Key) // after the pool is held: nobody adds it meanwhile
	if err := b.Send(ctx, tx); err != nil {
		return Issued{}, err
	}
	p := (*pools)[0]
	if len(*before) > 0 {
		return (*before)[0].issued(), nil
	}
	if a.Sum > math.MaxInt64-p.Sum {
		return Issued{}, fmt.Errorf("the sum of %d is too big beside %d", a.Sum, p.Sum)
	}
	return a.issue(ctx, tx, now, p)
}

// issue writes what a adds to p, which is held.
func (a Addition) issue(ctx context.Context, tx storage.Tx, now time.Time, p pool) (Issued, error) {
	step := a.step(p.Sum, a.Sum)
	has, err := a.has(ctx, tx, step)
	if err != nil {
		return Issued{}, err
	}
	n := a.cut(step, 0, has)
	var b storage.Batch
	given := storage.Queue[numberRow](&b, qContribute, a.Key, a.Campaign, n, a.Member, now, p.ID, a.Receipt, a.Version, a.Sum, step-n)
	b.ExecN(1, qPool, p.ID, p.Sum+a.Sum, p.Entitled+step, p.Live+n, p.Forfeited+step-n)
	if err := b.Send(ctx, tx); err != nil {
		return Issued{}, err
	}
	return Issued{Numbers: numbers(*given), Forfeited: step - n, Sum: p.Sum + a.Sum}, nil
}

// has is how many live coupons of the campaign the member has, when a cap asks for it:
// counted once the counter is held, as only its holder issues.
func (a Addition) has(ctx context.Context, tx storage.Tx, step int64) (int64, error) {
	if a.PerMember == 0 || step == 0 {
		return 0, nil
	}
	return memberHas(ctx, tx, a.Campaign, a.Member)
}

func memberHas(ctx context.Context, tx storage.Tx, campaign string, member int64) (int64, error) {
	var b storage.Batch
	b.Exec(qHoldCounter, campaign)
	has := storage.Queue[hasRow](&b, qMemberHas, member, campaign)
	if err := b.Send(ctx, tx); err != nil {
		return 0, err
	}
	return (*has)[0].Live, nil
}

type hasRow struct {
	Live int64 `db:"live"`
}

type addedRow struct {
	Numbers   []int64 `db:"numbers"`
	Forfeited int64   `db:"forfeited"`
	Sum       int64   `db:"sum"`
}

func (r addedRow) issued() Issued {
	return Issued{Numbers: r.Numbers, Forfeited: r.Forfeited, Sum: r.Sum}
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
