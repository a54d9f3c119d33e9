package coupon

import (
	"context"
	"fmt"
	"slices"
	"time"

	"besedka/storage"
)

// Lowering is a refund: the receipt counts for less from now on.
type Lowering struct {
	Key    string // of the addition
	Sum    int64  // what is left of it, from 0
	Reason string
}

// Lowered is what was taken back.
type Lowered struct {
	Void []int64 // numbers, ascending
}

// LowerTx makes an addition a smaller one. What the pool is entitled to no more is
// void, the last number first; numbers do not come back. A sum that is not smaller
// than it was changes nothing, so a replay is harmless, as is a key nobody added.
// The caller holds the receipt.
func (s Service) LowerTx(ctx context.Context, tx storage.Tx, now time.Time, l Lowering) (Lowered, error) {
	if l.Sum < 0 {
		return Lowered{}, fmt.Errorf("lower %s: a sum of %d is below zero", l.Key, l.Sum)
	}
	pools, err := collectPools(ctx, tx, qHoldPoolOf, l.Key)
	if err != nil {
		return Lowered{}, fmt.Errorf("lower %s: %w", l.Key, err)
	}
	cut := cutting{now: now, reason: l.Reason, sum: l.Sum, of: func(c contribution) bool { return c.Key == l.Key }}
	lowered, err := s.lower(ctx, tx, pools, cut)
	if err != nil {
		return Lowered{}, fmt.Errorf("lower %s: %w", l.Key, err)
	}
	return lowered, nil
}

// RevokeTx takes a receipt out of every pool it is in, of whatever campaign. The
// caller holds the receipt.
func (s Service) RevokeTx(ctx context.Context, tx storage.Tx, now time.Time, receipt int64, reason string) (Lowered, error) {
	pools, err := collectPools(ctx, tx, qHoldPoolsOfReceipt, receipt)
	if err != nil {
		return Lowered{}, fmt.Errorf("take coupons of receipt %d back: %w", receipt, err)
	}
	cut := cutting{now: now, reason: reason, of: func(c contribution) bool { return c.Receipt == receipt }}
	lowered, err := s.lower(ctx, tx, pools, cut)
	if err != nil {
		return Lowered{}, fmt.Errorf("take coupons of receipt %d back: %w", receipt, err)
	}
	return lowered, nil
}

// HoldTx keeps the pools that a receipt was added to until tx ends: what is to lower
// several of them, and lock other things between, comes here before.
func (s Service) HoldTx(ctx context.Context, tx storage.Tx, receipt int64) error {
	if _, err := collectPools(ctx, tx, qHoldPoolsOfReceipt, receipt); err != nil {
		return fmt.Errorf("hold pools of receipt %d: %w", receipt, err)
	}
	return nil
}

// cutting is what becomes of some contributions, and why.
type cutting struct {
	now    time.Time
	reason string
	sum    int64 // what is left of each
	of     func(c contribution) bool
}

func (s Service) lower(ctx context.Context, tx storage.Tx, pools []pool, cut cutting) (Lowered, error) {
	var all Lowered
	for i := range pools {
		p := &pools[i]
		if err := s.count(ctx, tx, p); err != nil {
			return all, err
		}
		var void int64
		for j, c := range p.Contributions {
			if cut.of(c) && cut.sum < c.Sum {
				void += p.lower(j, cut.sum)
			}
		}
		gone, err := p.save(ctx, tx, cut.now, void, cut.reason)
		if err != nil {
			return all, err
		}
		all.Void = append(all.Void, gone...)
	}
	slices.Sort(all.Void)
	return all, nil
}

// count finds the terms of pools' contributions.
func (s Service) count(ctx context.Context, q storage.Querier, pools ...*pool) error {
	var origins []Origin
	var of []*contribution
	for _, p := range pools {
		for i := range p.Contributions {
			c := &p.Contributions[i]
			if c.terms = byNumber; p.Name != "" {
				origins, of = append(origins, Origin{p.Campaign, c.Version, p.Name, c.Receipt, c.Key}), append(of, c)
			}
		}
	}
	if len(origins) == 0 {
		return nil
	}
	if s.Terms == nil {
		return fmt.Errorf("nobody tells the terms of campaign %s", origins[0].Campaign)
	}
	terms, err := s.Terms(ctx, q, origins)
	if err != nil {
		return fmt.Errorf("terms of %d contributions to pools: %w", len(origins), err)
	}
	for i, t := range terms {
		of[i].terms = t
	}
	return nil
}

// save writes a pool that has lost `void` live coupons, and makes the last of them void.
func (p *pool) save(ctx context.Context, tx storage.Tx, now time.Time, void int64, reason string) ([]int64, error) {
	n := len(p.Contributions)
	ids, sums, forfeited := make([]int64, n), make([]int64, n), make([]int64, n)
	for i, c := range p.Contributions {
		ids[i], sums[i], forfeited[i] = c.ID, c.Sum, c.Forfeited
	}
	var b storage.Batch
	b.Exec(qContributions, ids, sums, forfeited)
	b.ExecN(1, qPool, p.ID, p.Sum, p.Entitled, p.Live, p.Forfeited)
	gone := storage.Queue[numberRow](&b, qVoidLast, p.ID, void, now, reason)
	if err := b.Send(ctx, tx); err != nil {
		return nil, err
	}
	if int64(len(*gone)) != void {
		return nil, fmt.Errorf("pool %d has %d live coupons to make void, not %d: %w", p.ID, len(*gone), void, storage.ErrMoved)
	}
	return numbers(*gone), nil
}

// collectPools holds the pools that a query finds, by ascending id, and reads what is
// in them once they are held.
func collectPools(ctx context.Context, tx storage.Tx, sql string, arg any) ([]pool, error) {
	pools, err := storage.Collect[pool](ctx, tx, sql, arg)
	if err != nil || len(pools) == 0 {
		return nil, err
	}
	return pools, fill(ctx, tx, pools)
}

// fill reads the contributions of pools.
func fill(ctx context.Context, q storage.Querier, pools []pool) error {
	ids, place := make([]int64, len(pools)), map[int64]*pool{}
	for i := range pools {
		ids[i], place[pools[i].ID] = pools[i].ID, &pools[i]
	}
	rows, err := storage.Collect[contribution](ctx, q, qContributionsOf, ids)
	for _, c := range rows {
		p := place[c.Pool]
		p.Contributions = append(p.Contributions, c)
	}
	return err
}
