package tier

import (
	"strings"
	"testing"

	"besedka/storage/storagetest"
)

// TestHotQueriesGoByTheirIndex looks at the plans of what the loops and every receipt
// ask for, over 20,000 members with tiers, histories and words.
func TestHotQueriesGoByTheirIndex(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	for _, sql := range []string{
		`insert into member (created_at) select '2026-12-01' from generate_series(1, 20000)`,
		`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
			select 'fn', id, 1, 1, '2026-12-01', 'UTC', '2026-12-01', 1, id, 'credited', '2026-12-01', '2026-12-01' from member`,
		`insert into account (kind, currency, member_id) select 'member', 'bonus', id from member`,
		`insert into ledger_tx (key, kind, receipt_id, at) select id, 'accrue', id, '2026-12-01' from receipt`,
		`insert into posting (tx_id, account_id, amount) select t.id, a.id, 1 from ledger_tx t join receipt r on r.id = t.receipt_id join account a on a.member_id = r.member_id`,
		`insert into member_tier (member_id, tier, since, until, due_at, version)
			select id, 'gold', '2026-12-01', '2027-12-02', timestamptz '2027-12-02' + id * interval '1 minute', 2 from member`,
		`insert into tier_change (member_id, version, before, tier, reason, measured, currency, told, at)
			select id, v, 'a', 'b', 'reached', 1, 'bonus', true, '2026-12-01' from member, generate_series(1, 2) v`,
		`insert into tier_look (member_id, due_at) select id, timestamptz '2026-12-02' + id * interval '1 minute' from member`,
		`vacuum analyze`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for name, tt := range map[string]struct{ sql, args string }{
		"due":       {qDue, "'2026-12-03'"},
		"members":   {qHoldMembers, "'{7,8}'"},
		"done":      {qLooksDone, "'{7,8}'"},
		"tiers":     {qTiers, "'{7,8}', 'base'"},
		"drop":      {qTierDrop, "7"},
		"turnovers": {qTurnovers, "'{7,8}', '2026-01-01', '2026-12-31'"},
		"earned":    {qEarned, "'{7,8}', '2026-01-01', '2026-12-31', 'bonus'"},
		"sweep":     {qSweepMembers, "7, 200"},
		"at":        {qAt, "7, '2026-12-31'"},
		"history":   {qHistory, "7, 0, 100"},
		"untold":    {qUntold, "200"},
		"told":      {qTell, "'{7,8}'"},
	} {
		plan := storagetest.Plan(t, db, tt.sql, tt.args)
		for _, table := range []string{"member", "receipt", "posting", "ledger_tx", "tier_change", "tier_look", "member_tier"} {
			if strings.Contains(plan, "Seq Scan on "+table+" ") {
				t.Errorf("%s reads all of %s:\n%s", name, table, plan)
			}
		}
	}
}
