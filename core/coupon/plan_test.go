package coupon

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestHotQueriesGoByTheirIndex looks at the plans of what is asked for every receipt,
// tap and search, over 20,000 members with four coupons each.
func TestHotQueriesGoByTheirIndex(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	for _, sql := range []string{
		`insert into campaign (id, state) values ('oz', 'draft')`,
		`insert into member (created_at) select '2019-08-01' from generate_series(1, 20000)`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select 'fn', id, 1, 1, '2019-08-01', 'UTC', '2019-08-01', 1, id, 'credited', '2019-08-01', '2019-08-01' from member`,
		`insert into receipt_place (receipt_id, inn, address, verdict, partner, store, format, category, zone, book, trace, at)
			select id, '', '', 'other', '', '', '', '', '', '', '', '2019-08-01' from receipt`,
		`insert into coupon_pool (campaign_id, name, time_window, member_id) select 'oz', 'mall', '2019-08-01', id from member`,
		`insert into coupon_contribution (key, pool_id, receipt_id, version, sum, at) select 'k' || p.id, p.id, r.id, 1, 1, '2019-08-01'
			from coupon_pool p join receipt r on r.member_id = p.member_id`,
		`insert into coupon (campaign_id, number, contribution_id, member_id, issued_at) select 'oz', (n - 1) * 20000 + c.id, c.id, p.member_id, '2019-08-01'
			from coupon_contribution c join coupon_pool p on p.id = c.pool_id, generate_series(1, 4) n`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"open pools":         {qOpenPools, "7, '{oz}', '{mall}', '{2019-08-01}'"},
		"added before":       {qAdded, "'k7'"},
		"pool of a key":      {qHoldPoolOf, "'k7'"},
		"pools of a receipt": {qHoldPoolsOfReceipt, "7"},
		"pools of members":   {qHoldPoolsOfMembers, "'{7,8}'"},
		"contributions":      {qContributionsOf, "'{7}'"},
		"void the last":      {qVoidLast, "7, 2, '2019-08-02', 'refund'"},
		"move pools":         {qMovePools, "7, 8"},
		"move coupons":       {qMoveCoupons, "7, 8"},
		"move contributions": {qMoveContributions, "'{7}', '{8}'"},
		"void one":           {qVoidOne, "7, '2019-08-02', 'fraud'"},
		"its receipt":        {qHoldReceiptOf, "7"},
		"its pool":           {qHoldPoolOfCoupon, "7"},
		"of a member":        {qOfMember, "7, 0, 10, null::text[]"},
		"by number":          {qFind, "7, '', 0, 10, null::text[]"},
		"by number there":    {qFind, "7, 'oz', 0, 10, null::text[]"},
		"of a receipt":       {qOfReceipt, "7"},
		"live":               {qLive, "7"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		if strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s reads a whole table:\n%s", name, plan)
		}
	}
}
