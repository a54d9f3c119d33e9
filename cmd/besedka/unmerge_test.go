package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/card"
	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/storage"
)

// two are the members a merge is about, on the whole app's database.
type two struct {
	a       *app
	staff   int64
	members []int64 // from, into
	chats   []member.Subject
	n       int
}

var mergeDay = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

func (w *two) tx(r *rapid.T, do func(ctx context.Context, tx storage.Tx) error) error {
	r.Helper()
	return w.a.db.InTx(r.Context(), do)
}

func (w *two) must(r *rapid.T, do func(ctx context.Context, tx storage.Tx) error) {
	r.Helper()
	if err := w.tx(r, do); err != nil {
		r.Fatal(err)
	}
}

// meet brings two new people in.
func meet(r *rapid.T, a *app, operator int64, run int) *two {
	w := &two{a: a, staff: operator}
	w.must(r, func(ctx context.Context, tx storage.Tx) (err error) {
		w.chats, err = a.members.SubjectsTx(ctx, tx, mergeDay, chat.Telegram, []string{fmt.Sprintf("%d/0", run), fmt.Sprintf("%d/1", run)})
		return err
	})
	for _, s := range w.chats {
		w.members = append(w.members, s.Member)
	}
	w.n = run * 1000
	return w
}

// live is one thing of many that befall one of the two.
func (w *two) live(r *rapid.T) {
	w.n++
	i := rapid.IntRange(0, 1).Draw(r, "who")
	who, of := w.members[i], w.chats[i]
	acts := map[string]func(ctx context.Context, tx storage.Tx) error{
		"earn": func(ctx context.Context, tx storage.Tx) error {
			g := ledger.Accrual{Key: fmt.Sprint("unmerge/", w.n), Member: who, Currency: ledger.Bonus, Amount: int64(w.n*37%300 + 1), Reason: "test", At: mergeDay}
			if w.n%2 == 0 {
				g.ExpiresAt = mergeDay.AddDate(0, w.n%5+1, 0)
			}
			return ledger.AccrueTx(ctx, tx, g)
		},
		"spend": func(ctx context.Context, tx storage.Tx) error {
			h := ledger.Hold{Key: fmt.Sprint("unmerge/", w.n), Member: who, Currency: ledger.Bonus, Amount: int64(w.n*53%150 + 1), At: mergeDay}
			if err := ledger.HoldTx(ctx, tx, h); err != nil {
				return err
			}
			return ledger.CommitTx(ctx, tx, ledger.Settlement{Key: h.Key, At: mergeDay})
		},
		"answer": func(ctx context.Context, tx storage.Tx) error {
			var b storage.Batch
			member.QueueAnswers(&b, mergeDay, []member.Answer{member.PlainAnswer(of.ID, fmt.Sprint("field", w.n%3), fmt.Sprint(w.n))})
			return b.Send(ctx, tx)
		},
		"register": func(ctx context.Context, tx storage.Tx) error {
			_, err := w.a.members.RegisterTx(ctx, tx, mergeDay.Add(time.Duration(w.n%60)*time.Minute), who)
			return err
		},
		"claim a phone": func(ctx context.Context, tx storage.Tx) error {
			return w.a.members.ClaimPhoneTx(ctx, tx, mergeDay, of, fmt.Sprintf("+7916%07d", w.n/1000*10+w.n%2))
		},
		"figures": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into member_stat as s (member_id, receipts, turnover, last_receipt_at) values ($1, 1, $2, $3)
on conflict (member_id) do update set receipts = s.receipts + 1, turnover = s.turnover + $2, last_receipt_at = greatest(s.last_receipt_at, $3)`,
				who, w.n, mergeDay.Add(time.Duration(w.n%50)*time.Minute))
			return err
		},
		"limit": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into campaign_counter as c (campaign_id, limit_id, kind, subject, period, used) values ('a', $2::text, 'member', $1::bigint::text, '', 3)
on conflict (campaign_id, limit_id, kind, subject, period) do update set used = c.used + 3`, who, fmt.Sprint(w.n%2))
			return err
		},
		"funnel": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into funnel (flow, stage, member_id, at) values ('f', $2::text, $1, $3) on conflict do nothing`,
				who, fmt.Sprint(w.n%3), mergeDay.Add(time.Duration(w.n%50)*time.Minute))
			return err
		},
		"subscription": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into subscription (member_id, channel, wanted, at) values ($1, 'sms', $2, $3)
on conflict (member_id, channel) do update set wanted = excluded.wanted, at = excluded.at`, who, w.n%2 == 0, mergeDay.Add(time.Duration(w.n%50)*time.Minute))
			return err
		},
		"consent": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `with said as (insert into consent (member_id, subject_id, kind, version, granted, channel, at) select $1, $2, 'advertising', '1', true, 'telegram', $3)
update member set consents = '{advertising}' where id = $1`, who, of.ID, mergeDay)
			return err
		},
		"order": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into prize_order (key, prize, name, member_id, subject_id, state, delivery, currency, price, at)
values ('unmerge/' || $2::text, 'cup', 'cup', $1, $3, 'handed_over', 'desk', 'bonus', 0, $4)`, who, fmt.Sprint(w.n), of.ID, mergeDay)
			return err
		},
		"survey": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into survey_response (survey, member_id, channel, started_at) values ($2::text, $1, 'telegram', $3)`, who, fmt.Sprint(w.n), mergeDay)
			return err
		},
		"card": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into card (number, type, member_id, status, at, changed_at) values ($2::text, 'x', $1, $3, $4, $4) on conflict do nothing`,
				who, fmt.Sprint("card", w.n), card.Statuses[w.n%len(card.Statuses)], mergeDay)
			return err
		},
	}
	act := rapid.SampledFrom(slices.Sorted(maps.Keys(acts))).Draw(r, "act")
	err := w.tx(r, acts[act])
	if _, short := errors.AsType[*ledger.Insufficient](err); err != nil && !short {
		r.Fatalf("%s: %v", act, err)
	}
}

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
  select unnest(xpath('//row/text()', query_to_xml(format('select to_jsonb(x) as row from %I x where member_id in (%s, %s)',
    t.table_name, $1::bigint, $2::bigint), false, false, '')))::text as row) r
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

func (w *two) merge(r *rapid.T) (merge int64) {
	w.must(r, func(ctx context.Context, tx storage.Tx) (err error) {
		merge, err = w.a.members.MergeIntoTx(ctx, tx, mergeDay.Add(time.Hour), w.members[0], w.members[1], "staff")
		return err
	})
	return merge
}

func (w *two) undo(r *rapid.T, merge int64) error {
	return w.tx(r, func(ctx context.Context, tx storage.Tx) error {
		p, err := w.a.members.UnmergeTx(ctx, tx, mergeDay.Add(2*time.Hour), merge, w.staff)
		if err != nil {
			return err
		}
		_, err = ledger.UnmergeTx(ctx, tx, ledger.Unmerge{From: p.From, Into: p.Into, Lots: p.Lots, Holds: p.Holds, At: mergeDay.Add(2 * time.Hour)})
		return err
	})
}

func (w *two) books(r *rapid.T) {
	r.Helper()
	report, err := ledger.Check(r.Context(), w.a.db)
	if err != nil || len(report.Breaches) > 0 {
		r.Fatalf("books: %v %v", report.Breaches, err)
	}
}

// TestUnmergeAtOnce: whatever two people were, after a merge and its undo every table that
// names them says the same, and their points are theirs to the unit.
func TestUnmergeAtOnce(t *testing.T) {
	a := openApp(t)
	operator := inviteOperator(t, a)
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		w := meet(r, a, operator, run)
		for range rapid.IntRange(0, 15).Draw(r, "acts") {
			w.live(r)
		}
		before := w.dump(r)
		if !slices.ContainsFunc(before, func(row string) bool { return strings.HasPrefix(row, "subject ") }) {
			r.Fatalf("the dump is without chats: %v", before)
		}
		merge := w.merge(r)
		if err := w.undo(r, merge); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(before, w.dump(r)); diff != "" {
			r.Fatalf("merged and parted (-before +after):\n%s", diff)
		}
		if err := w.undo(r, merge); !errors.Is(err, member.ErrUndone) {
			r.Fatalf("undone twice: %v", err)
		}
		w.books(r)
	})
}

// TestUnmergeLater: what befalls the survivor between a merge and its undo loses and doubles
// no points; the departed get back no more than they brought. A refusal changes nothing.
func TestUnmergeLater(t *testing.T) {
	a := openApp(t)
	operator := inviteOperator(t, a)
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		w := meet(r, a, operator, run)
		for range rapid.IntRange(0, 8).Draw(r, "acts before") {
			w.live(r)
		}
		_, brought := w.points(r)
		merge := w.merge(r)
		old := slices.Clone(w.members)
		w.members[0] = w.members[1]
		for range rapid.IntRange(0, 4).Draw(r, "acts after") {
			w.live(r)
		}
		w.members = old
		total, _ := w.points(r)
		dump := w.dump(r)
		err := w.undo(r, merge)
		is, each := w.points(r)
		if is != total || each[0] > brought[0] || each[0] < 0 || each[1] < 0 {
			r.Fatalf("%v of %d after the undo, brought %v", each, total, brought)
		}
		w.books(r)
		refused, ok := errors.AsType[*member.Inseparable](err)
		if err != nil && !ok {
			r.Fatal(err)
		}
		if ok && (len(refused.Nouns) == 0 || strings.Contains(refused.Error(), "lots") || !slices.Equal(dump, w.dump(r))) {
			r.Fatalf("refused with %v, or changed something", refused)
		}
	})
}

func inviteOperator(t *testing.T, a *app) int64 {
	t.Helper()
	p, err := staff.New(a.db).Invite(t.Context(), mergeDay, staff.Person{Name: "reviewer", Roles: []staff.Role{staff.Reviewer}}, staff.NewToken())
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}
