package coupon

import (
	"context"
	"fmt"
	"time"

	"besedka/storage"
)

// ReasonMerged is why coupons become void when two members turn out to be one, who is
// entitled to less than the two of them had: a formula counts a person.
const ReasonMerged = "merged"

// MergeTx gives the coupons and pools of from to into. Where both have a pool of the
// same window it becomes one, as if one person had sent all receipts in the order they
// came: two remainders may make a coupon together, which is issued to the last
// receipt. The caller holds both members. Called again it finds nothing left to move.
func (s Service) MergeTx(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	if err := s.merge(ctx, tx, now, from, into); err != nil {
		return fmt.Errorf("merge coupons of member %d into %d: %w", from, into, err)
	}
	return nil
}

func (s Service) merge(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
	pools, err := storage.Collect[pool](ctx, tx, qHoldPoolsOfMembers, []int64{from, into})
	if err != nil || len(pools) == 0 {
		return err
	}
	donors, heirs := couples(pools, from, into)
	var b storage.Batch
	b.ExecN(len(heirs), qAbsorb, donors, heirs)
	b.Exec(qMoveContributions, donors, heirs)
	b.ExecN(len(donors), qDropPools, donors)
	b.Exec(qMovePools, from, into)
	b.Exec(qMoveCoupons, from, into)
	joined := storage.Queue[pool](&b, qPools, heirs)
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	if err := fill(ctx, tx, *joined); err != nil {
		return err
	}
	for i := range *joined {
		if err := s.settle(ctx, tx, now, &(*joined)[i]); err != nil {
			return err
		}
	}
	return nil
}

// couples are the pools of one window that both members have.
func couples(pools []pool, from, into int64) (donors, heirs []int64) {
	of := map[Key]int64{}
	for _, p := range pools {
		if p.Member == into {
			of[Key{p.Campaign, p.Name, p.Window}] = p.ID
		}
	}
	for _, p := range pools {
		heir, both := of[Key{p.Campaign, p.Name, p.Window}]
		if p.Member == from && both {
			donors, heirs = append(donors, p.ID), append(heirs, heir)
		}
	}
	return donors, heirs
}

// settle brings a pool that was joined from two to what it is entitled to as one.
func (s Service) settle(ctx context.Context, tx storage.Tx, now time.Time, p *pool) error {
	if err := s.count(ctx, tx, p); err != nil {
		return err
	}
	p.recount()
	lacks := -p.excess()
	if lacks <= 0 {
		_, err := p.save(ctx, tx, now, p.shed(), ReasonMerged)
		return err
	}
	last := p.last()
	n := last.terms.cut(lacks, last.Live)
	last.Forfeited += lacks - n
	p.Forfeited += lacks - n
	p.Live += n
	if _, err := p.save(ctx, tx, now, 0, ""); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, qIssueMore, last.ID, p.Campaign, n, p.Member, now)
	return err
}

// last is the last receipt that counts for something. A pool that lacks coupons has
// one: what sums to 0 is entitled to nothing.
func (p *pool) last() *contribution {
	i := len(p.Contributions) - 1
	for p.Contributions[i].Sum == 0 {
		i--
	}
	return &p.Contributions[i]
}
