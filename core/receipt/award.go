package receipt

import (
	"context"
	"fmt"
	"time"

	"besedka/core/campaign"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/fraud"
	"besedka/storage"
)

// creditAll credits receipts of as many members who may have points for them, and says
// which of them are left to be credited alone. One that waits for a person sleeps.
func (s *Service) creditAll(ctx context.Context, tx storage.Tx, now time.Time, receipts []payable) (left []int64, err error) {
	due, err := s.ready(ctx, tx, now, receipts)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	bought := make([]campaign.Purchase, len(due))
	for i, w := range due {
		if bought[i], err = w.purchase(); err != nil {
			return nil, err
		}
	}
	awards, err := s.Campaigns.EvaluateAllTx(ctx, tx, now, bought)
	if err != nil {
		return nil, err
	}
	var credited []weighed
	for i, w := range due {
		if awards[i].Left {
			left = append(left, w.ID)
			continue
		}
		w.award = awards[i]
		credited = append(credited, w)
	}
	return left, s.finish(ctx, tx, now, credited)
}

// weighed is a receipt that is being credited.
type weighed struct {
	payable
	doubts fraud.Assessment
	award  campaign.Award
	brings coupon.Brought
}

// ready are those of receipts that may be credited now, as far as each alone decides.
// The figures of their members are held from here on.
func (s *Service) ready(ctx context.Context, tx storage.Tx, now time.Time, receipts []payable) (due []weighed, err error) {
	unsure, err := s.unsure(ctx, tx, ids(receipts))
	if err != nil {
		return nil, err
	}
	var b storage.Batch
	b.Exec(qStatHold, members(receipts))
	zones := storage.Queue[zoneRow](&b, qZone, ids(receipts))
	counted := make([]fraud.Counted, len(receipts))
	for i, p := range receipts {
		counted[i] = fraud.QueueCount(&b, fraud.Subject{Receipt: p.ID, Member: p.Member, Uploaded: p.Uploaded.In(s.Zone)})
	}
	if err := b.Send(ctx, tx); err != nil {
		return nil, err
	}
	for i, p := range receipts {
		if err := locate(ctx, tx, &p, *zones); err != nil {
			return nil, err
		}
		doubts, waits, err := s.weigh(ctx, tx, now, p, counted[i])
		if err == nil && !waits && unsure[p.ID] {
			waits, err = s.awaitGoods(ctx, tx, now, p)
		}
		if err != nil {
			return nil, fmt.Errorf("receipt %d: %w", p.ID, err)
		}
		if !waits {
			due = append(due, weighed{payable: p, doubts: doubts})
		}
	}
	return due, nil
}

// finish moves receipts on whose awards were given, and tells their members.
func (s *Service) finish(ctx context.Context, tx storage.Tx, now time.Time, credited []weighed) error {
	var b storage.Batch
	for i := range credited {
		w := &credited[i]
		b.ExecN(1, qCredited, w.ID, now, w.Member)
		b.Exec(qStatCredited, w.Member, w.Sum)
		s.planAudit(&b, now, w.payable, w.award.Points)
		s.Tiers.Queue(&b, now, w.Member)
		w.brings = coupon.QueueBrought(&b, w.ID)
	}
	if err := b.Send(ctx, tx); err != nil {
		return err
	}
	news := make([]Notice, len(credited))
	for i, w := range credited {
		if err := s.suspect(ctx, tx, now, w.payable, w.doubts); err != nil {
			return err
		}
		news[i] = w.news()
	}
	return s.Notify(ctx, tx, now, news...)
}

func (w weighed) news() Notice {
	numbers := w.brings.Numbers()
	return Notice{
		Member: w.Member, Subject: w.Subject, Name: EventCredited,
		Key: fmt.Sprintf("receipt/%d/credited", w.ID),
		Args: args(w.ID, w.Sum, "points", expr.PointsOf(w.award.Points), "total", expr.PointsOf(w.award.Balance),
			"coupons", expr.CountOf(int64(len(numbers))), "numbers", expr.TextOf(coupon.Spell(numbers)),
			"worded", expr.BoolOf(w.award.Worded)),
	}
}
