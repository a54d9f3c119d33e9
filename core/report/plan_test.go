package report

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestADayIsFoundByItsIndex looks at the plans of a page that is counted again and again,
// over two hundred days of 200 members, receipts and movements.
func TestADayIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	for _, sql := range []string{
		`create temporary view day as select n, '2026-04-20T00:00Z'::timestamptz + n / 200 * interval '1 day' as at from generate_series(1, 40000) n`,
		`insert into member (created_at, registered_at) select at, at from day order by n`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select '1', n, 1, 1, at, 'UTC', at, 100, n, 'credited', at, at from day order by n`,
		`insert into submission (key, receipt_id, member_id, qr, state, at)
			select 'k' || n, n, n, '', case when n % 10 = 0 then 'duplicate' else 'taken' end, at from day order by n`,
		`insert into account (kind, currency) values ('issue', 'bonus'), ('expire', 'bonus'), ('redeem', 'bonus')`,
		`insert into account (kind, currency, member_id, balance) select 'member', 'bonus', n, 100 from day order by n`,
		`insert into ledger_tx (key, kind, at) select 'k' || n, 'accrue', at from day order by n`,
		`insert into posting (tx_id, account_id, amount)
			select n, case when s < 0 then 1 else n + 3 end, s * 100 from day, unnest('{-1, 1}'::int[]) s order by n`,
		`insert into hold (key, account_id, amount, state, at, ended_at)
			select 'k' || n, n + 3, 1, case when n % 1000 = 0 then 'open' else 'released' end, at, case when n % 1000 > 0 then at end from day order by n`,
		`insert into campaign (id, first_version) values ('a', 1)`,
		`insert into coupon_pool (campaign_id, name, time_window, member_id) values ('a', '', 'w', 1)`,
		`insert into coupon_contribution (key, pool_id, receipt_id, version, sum, at) select 'k', p.id, 1, 1, 0, '2026-04-20' from coupon_pool p`,
		`insert into coupon (campaign_id, number, contribution_id, member_id, state, issued_at, voided_at)
			select 'a', n, c.id, 1, case when n % 100 = 0 then 'void' else 'live' end, day.at, case when n % 100 = 0 then day.at end from day, coupon_contribution c order by n`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	const day = "'2026-11-01', '2026-11-02'"
	for name, tt := range map[string]struct{ sql, args string }{
		"registered": {qRegistered, day},
		"chosen":     {qChosen, day + ", 'gender'"},
		"aged":       {qAged, day + ", 'birthday', '{2008-11-01}', '{0-17, 18+}'"},
		"receipts":   {qReceipts, day},
		"sent":       {qSent, day},
		"points":     {qPoints, day},
		"coupons":    {qCoupons, day},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "on account") {
				t.Errorf("%s reads a whole table:\n%s", name, plan)
			}
		}
	}
}
