package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/storage"
)

// dump is every row of every table that names one of the two, but for histories, and
// their points as they can be spent.
func (w *two) dump(r *rapid.T) []string {
	r.Helper()
	rows, err := storage.Collect[struct {
		Row string `db:"row"`
	}](r.Context(), w.a.db, `
select t.table_name || ' ' || r.row as row
from information_schema.tables t
join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'member_id'
cross join lateral (
  select unnest(xpath('//row/text()', query_to_xml(format('select to_jsonb(x) - %L as row from %I x where member_id in (%s, %s)',
    case t.table_name when 'receipt' then 'due_at' else '' end, t.table_name, $1::bigint, $2::bigint), false, false, '')))::text as row) r
where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name not in ('account', 'tier_look', 'namesake_due', 'tier_change', 'ledger_tx', 'lot', 'hold')
  and r.row like '{%'
union all select 'member ' || to_jsonb(m)::text from member m where id in ($1, $2)
union all select 'counter ' || to_jsonb(m)::text from campaign_counter m where kind = 'member' and subject in ($1::text, $2::text)
union all select 'account ' || member_id || ' ' || currency || ' ' || balance || ' ' || owed from account where member_id in ($1, $2) and balance <> 0
union all select 'hold ' || a.member_id || ' ' || h.id || h.state from hold h join account a on a.id = h.account_id where a.member_id in ($1, $2)
union all select 'lot ' || a.member_id || ' ' || sum(l.remaining) || ' until ' || coalesce(l.expires_at::text, '') || ' from ' || l.available_at
  from lot l join account a on a.id = l.account_id where a.member_id in ($1, $2) and l.remaining > 0 group by a.member_id, l.expires_at, l.available_at
order by 1`, w.members[0], w.members[1])
	if err != nil {
		r.Fatal(err)
	}
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row.Row
	}
	return out
}

func (w *two) points(r *rapid.T) (total int64, each []int64) {
	for _, m := range w.members {
		sum, err := storage.Value[int64](r.Context(), w.a.db, `select coalesce(sum(balance), 0)::bigint from account where member_id = $1`, m)
		if err != nil {
			r.Fatal(err)
		}
		total, each = total+sum, append(each, sum)
	}
	return total, each
}

func (w *two) books(r *rapid.T) {
	r.Helper()
	report, err := ledger.Check(r.Context(), w.a.db)
	if err != nil || len(report.Breaches) > 0 {
		r.Fatalf("books: %v %v", report.Breaches, err)
	}
	coupons, err := w.a.coupons.Check(r.Context(), w.a.db)
	if err != nil || len(coupons.Breaches) > 0 {
		r.Fatalf("books of coupons: %v %v", coupons.Breaches, err)
	}
	for what, sql := range map[string]string{
		"coupons of others than their receipts'": `select count(*)::int from coupon c join coupon_contribution b on b.id = c.contribution_id
join coupon_pool p on p.id = b.pool_id join receipt r on r.id = b.receipt_id where c.member_id <> p.member_id or r.member_id <> p.member_id`,
		"figures of other receipts": `select count(*)::int from member_stat s where (s.receipts, s.checking, s.turnover) <> (
select count(*) filter (where state = 'credited'), count(*) filter (where state = 'verified'), coalesce(sum(sum) filter (where state = 'credited'), 0)
from receipt r where r.member_id = s.member_id)`,
	} {
		if n, err := storage.Value[int](r.Context(), w.a.db, sql); err != nil || n > 0 {
			r.Fatalf("%s: %d, %v", what, n, err)
		}
	}
}

// stuck are the reasons for which a merge of the two cannot be undone at once.
func (w *two) stuck(r *rapid.T) (reasons []string) {
	r.Helper()
	for _, q := range []struct{ nouns, sql string }{
		{"families holds", `select exists (select from member where master_id in ($1, $2) or id in ($1, $2) and master_id is not null)`},
		{"pools coupons", `select exists (select from coupon_pool p join coupon_pool q using (campaign_id, name, time_window) where p.member_id = $1 and q.member_id = $2)`},
		{"tiers", `select exists (select from member_tier where member_id = $1) and $2::bigint > 0`},
		{"reserved", `select exists (select from hold h join account a on a.id = h.account_id where h.state = 'open' and a.member_id in ($1, $2))`},
	} {
		is, err := storage.Value[bool](r.Context(), w.a.db, q.sql, w.members[0], w.members[1])
		if err != nil {
			r.Fatal(err)
		}
		if is {
			reasons = append(reasons, strings.Fields(q.nouns)...)
		}
	}
	return reasons
}

// refused checks that an undo was refused for known reasons only, and changed nothing.
func (w *two) refused(r *rapid.T, err error, known []string, merged []string) {
	r.Helper()
	nouns := []string{"reserved"}
	if one, ok := errors.AsType[*member.Inseparable](err); ok {
		nouns = one.Nouns
	} else if !errors.Is(err, ledger.ErrReserved) {
		r.Fatal(err)
	}
	for _, n := range nouns {
		if !slices.Contains(known, n) {
			r.Fatalf("refused because of %v, and there are only %v", nouns, known)
		}
	}
	if diff := cmp.Diff(merged, w.dump(r)); diff != "" {
		r.Fatalf("a refusal changed something (-merged +refused):\n%s", diff)
	}
}

// lived checks that histories had of everything.
func lived(t *testing.T, a *app) {
	t.Helper()
	if testing.Short() { // a fifth of the histories
		return
	}
	for what, sql := range map[string]string{
		"credited receipts": `select count(*)::int from receipt where state = 'credited'`,
		"waiting receipts":  `select count(*)::int from receipt where state = 'verified'`,
		"coupons":           `select count(*)::int from coupon`,
		"tiers":             `select count(*)::int from member_tier`,
		"families":          `select count(*)::int from member where master_id is not null`,
		"open holds":        `select count(*)::int from hold where state = 'open'`,
	} {
		n, err := storage.Value[int](t.Context(), a.db, sql)
		if err != nil || n == 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
		t.Logf("%s: %d", what, n)
	}
}
