package ledger

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestHotQueriesGoByTheirIndex looks at the plans of what receipts, desks and turns
// ask, over 20,000 members, on the connections of all and on those that claim.
func TestHotQueriesGoByTheirIndex(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 20000)`,
		`insert into account (kind, currency, member_id, balance) select 'member', 'bonus', id, 100 from member`,
		`insert into account (kind, currency) values ('issue', 'bonus'), ('expire', 'bonus'), ('redeem', 'bonus')`,
		`insert into ledger_tx (key, kind, at) select 'k' || id, 'accrue', '2026-12-01' from member`,
		`insert into lot (account_id, tx_id, amount, remaining, available_at, expires_at)
			select id, member_id, 100, 100, '2026-12-01', '2027-01-01' from account where kind = 'member'`,
		`insert into posting (tx_id, account_id, lot_id, amount) select tx_id, account_id, id, 100 from lot`,
		`insert into hold (key, account_id, amount, at) select 'k' || account_id, account_id, 1, '2026-12-01' from lot`,
		`insert into hold_part (hold_id, lot_id, amount) select h.id, l.id, 1 from hold h join lot l on l.account_id = h.account_id`,
		`insert into award_part (tx_id, number, amount, taken, expired) select id, 1, 10, 10, 0 from ledger_tx`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"ensure":      {qEnsureAccounts, "'{7, 8}', '{bonus, bonus}'"},
		"accrue":      {qAccrue, "'{new, newer}', '{0, 1}', '{7, 8}', '{bonus, bonus}', '{10, 10}', '{2027-01-01, 2027-01-01}', '{null, null}', '{null, null}', '{null, null}', '{null, null}', '{a, b}', '{2026-12-02, 2026-12-02}', '2026-12-02', '{null, null}', '{f, f}'"},
		"hold":        {qHold, "7, 'bonus', 5, '2026-12-02', 'new', null, '', null, null"},
		"lock a hold": {qLockHold, "'k7'"},
		"its state":   {qHoldOf, "'k7'"},
		"commit":      {qCommit, "'{7}', '{7}', '2026-12-02', ''"},
		"release":     {qRelease, "'{7}', '{7}', '2026-12-02', ''"},
		"refund":      {qRefund, "'{7}', '{7}', '2026-12-02', ''"},
		"sweep":       {qSweep, "'{7}', '2026-12-02'"},
		"repay":       {qRepay, "'{7}', '2026-12-02'"},
		"move":        {qMove, "7, 8, '2026-12-02', 7, 8, 'merge'"},
		"strays":      {qStrays, "'{7,8}'"},
		"take":        {qTake, "7, 8, 8, '2026-12-02', true, 7"},
		"thaw":        {qThaw, "'{7}', 7, '2026-12-02'"},
		"rename":      {qRenameLots, "7, 8"},
		"whose":       {qLockShared, "7"},
		"move debt":   {qMoveDebt, "7, 8, '2026-12-02'"},
		"members":     {qLockMembers, "'bonus', '{7, 8}'"},
		"award":       {qAward, "7, 1"},
		"take back":   {qReverseAward, "7, 'bonus', 7, 100, 'r', null, null, null, '', '2026-12-02', 'within_balance', 0, 7, 1"},
		"balance":     {qBalance, "7, 'bonus', '2026-12-02'"},
		"statement":   {qStatement, "7, 0, 50, null::text[]"},
		"remind":      {qRemind, "'{7, 8}', '2026-12-02', '2026-12-02', '7 days'"},
	} {
		for of, plan := range map[string]string{"all": storagetest.Plan(t, db, tt.sql, tt.args), "claims": storagetest.ClaimsPlan(t, db, tt.sql, tt.args)} {
			if strings.Contains(strings.ReplaceAll(plan, "Seq Scan on receipt_place", ""), "Seq Scan") { // no receipt has a place here
				t.Errorf("%s reads a whole table on the connections of %s:\n%s", name, of, plan)
			}
		}
	}
}

// TestExpiryReadsItsOwnAccounts: a chunk of what expires is found without the accounts
// of everybody, of whom there are 100,000.
func TestExpiryReadsItsOwnAccounts(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 100000)`,
		`insert into account (kind, currency, member_id, balance) select 'member', 'bonus', id, 100 from member`,
		`insert into ledger_tx (key, kind, at) values ('all', 'accrue', '2026-12-01')`,
		`insert into lot (account_id, tx_id, amount, remaining, available_at, expires_at)
			select a.id, t.id, 100, 100, '2026-12-01', '2027-01-01'::timestamptz + a.id % 3 * interval '1 day' from account a, ledger_tx t`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if plan := storagetest.Plan(t, db, qLockExpired, "'2027-01-02'"); strings.Contains(plan, "Seq Scan") {
		t.Errorf("a chunk reads a whole table:\n%s", plan)
	}
}
