package campaign_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// What campaigns knew of the answers of somebody who is forgotten is forgotten, too. The
// receipt can be revoked all the same.
func TestAnswersThatCampaignsKnewAreForgotten(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	names := map[string]expr.Kind{"profile.city": expr.Text, "profile.children": expr.Count}
	s := &campaign.Service{Programme: func() campaign.Programme {
		return campaign.Programme{Zone: time.UTC, Fields: map[string]expr.Kind{"city": expr.Text, "children": expr.Count}}
	}}
	text := `campaign: c
name: x
period: {from: 2026-01-01}
when: ['profile.city != "Москва"', profile.children > 1]
pools: {p: {window: day}}
reward: {coupons: [{pool: p, count: floor(pool.sum / 100)}]}
`
	tx := func(do func(ctx context.Context, tx storage.Tx) error) {
		t.Helper()
		if err := db.InTx(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	var who, receipt int64
	tx(func(ctx context.Context, tx storage.Tx) (err error) {
		if err = s.PublishTx(ctx, tx, at(1), rules.Terms{Zone: zone(t, "Europe/Moscow"), Scope: expr.Scope{Names: names}}, []campaign.Source{{ID: "c", File: "campaigns/c.yaml", Text: []byte(text)}}); err != nil {
			return err
		}
		if who, err = storage.Value[int64](ctx, tx, `insert into member (created_at, registered_at, answers)
			values ($1, $1, '{"city": {"by": 1, "plain": "Тверь \\ \"на Волге\" <&>"}, "children": {"by": 1, "plain": "37"}}') returning id`, at(1)); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at) values ($1, 'telegram', 'x', '', 'key', $2)`, who, at(1)); err != nil {
			return err
		}
		receipt, err = storage.Value[int64](ctx, tx, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			values ('1', 1, 1, 1, $1::timestamptz at time zone 'UTC', 'UTC', $1::timestamptz, 100000, $2, 'verified', $1::timestamptz, $1::timestamptz) returning id`, at(3), who)
		if err != nil {
			return err
		}
		if _, err = s.EvaluateTx(ctx, tx, at(3), campaign.Purchase{Receipt: receipt, Member: who, At: at(3), Sum: 1000_00}); err != nil {
			return err
		}
		_, err = s.RefundTx(ctx, tx, at(3), campaign.Refund{Receipt: receipt, Member: who, Number: 1, Rest: &campaign.Rest{Total: 900_00}})
		return err
	})
	kept := func() string {
		t.Helper()
		text, err := storage.Value[string](t.Context(), db, `select string_agg(convert_from(a.facts, 'UTF8') || convert_from(e.trace, 'UTF8') || e.brought::text || convert_from(n.trace, 'UTF8'), '')
			from award a join evaluation e using (receipt_id) join net_decision n using (receipt_id)`)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if text := kept(); !strings.Contains(text, "Тверь") || !strings.Contains(text, `"c37"`) || !strings.Contains(text, `"issued": 10`) {
		t.Fatalf("the award knows nothing: %s", text)
	}
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	err := member.New(db, nil, nil).Erase(t.Context(), list, who, func(context.Context, storage.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if text := kept(); strings.Contains(text, "Тверь") || strings.Contains(text, "Волге") || strings.Contains(text, "37") || !strings.Contains(text, "consent.rules") {
		t.Errorf("of who was forgotten is kept: %s", text)
	}
	if report, err := (coupon.Service{Terms: s.CouponTerms}).Check(t.Context(), db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("what nobody can tell any more is called a breach: %+v, %v", report, err)
	}
	tx(func(ctx context.Context, tx storage.Tx) error {
		back, err := s.RefundTx(ctx, tx, at(4), campaign.Refund{Receipt: receipt, Member: who, Number: 2, Rest: &campaign.Rest{Total: 800_00}})
		if len(back.Coupons) != 1 || back.Coupons[0].Sum != 0 { // it cannot be told any more what is left
			t.Errorf("of a refund: %+v, %v", back, err)
		}
		return err
	})
	tx(func(ctx context.Context, tx storage.Tx) error {
		if _, err := s.TakeBackTx(ctx, tx, at(4), receipt, who, "fraud"); err != nil {
			return err
		}
		_, err := coupon.Service{Terms: s.CouponTerms}.RevokeTx(ctx, tx, at(4), receipt, "fraud")
		return err
	})
	if live, err := coupon.LiveOf(t.Context(), db, who); err != nil || live != 0 {
		t.Errorf("%d coupons are live, %v", live, err)
	}
}
