package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"besedka/core/card"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/receipt"
	"besedka/flows/programme"
	"besedka/storage"
)

// live is one thing of many that befall one of the two.
func (w *two) live(r *rapid.T) {
	w.n++
	i := rapid.IntRange(0, 1).Draw(r, "who")
	who, of := w.members[i], w.chats[i]
	acts := map[string]func(ctx context.Context, tx storage.Tx) error{
		"earn": func(ctx context.Context, tx storage.Tx) error {
			g := ledger.Accrual{Key: fmt.Sprint("unmerge/", w.id()), Member: who, Currency: ledger.Bonus, Amount: int64(w.n*37%300 + 1), Reason: "test", At: mergeDay}
			if w.n%2 == 0 {
				g.ExpiresAt = mergeDay.AddDate(0, w.n%5+1, 0)
			}
			return ledger.AccrueTx(ctx, tx, g)
		},
		"spend": func(ctx context.Context, tx storage.Tx) error {
			h := ledger.Hold{Key: fmt.Sprint("unmerge/", w.id()), Member: who, Currency: ledger.Bonus, Amount: int64(w.n*53%150 + 1), At: mergeDay}
			if err := ledger.HoldTx(ctx, tx, h); err != nil {
				return err
			}
			w.holds = append(w.holds, h.Key)
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
			return w.a.members.ClaimPhoneTx(ctx, tx, mergeDay, of, fmt.Sprintf("+7916%07d", w.run*10+w.n%2))
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
values ('unmerge/' || $2::text, 'cup', 'cup', $1, $3, 'handed_over', 'desk', 'bonus', 0, $4)`, who, fmt.Sprint(w.id()), of.ID, mergeDay)
			return err
		},
		"survey": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into survey_response (survey, member_id, channel, started_at) values ($2::text, $1, 'telegram', $3)`, who, fmt.Sprint(w.n), mergeDay)
			return err
		},
		"card": func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Exec(ctx, `insert into card (number, type, member_id, status, at, changed_at) values ($2::text, 'x', $1, $3, $4, $4) on conflict do nothing`,
				who, fmt.Sprint("card", w.id()), card.Statuses[w.n%len(card.Statuses)], mergeDay)
			return err
		},
	}
	if rapid.Bool().Draw(r, "shops") {
		acts = w.shop(who)
	}
	names := slices.Sorted(maps.Keys(acts))
	if acts["receipt"] != nil { // most of what shoppers do
		names = append(names, "receipt", "receipt", "receipt", "receipt", "receipt")
	}
	act := rapid.SampledFrom(names).Draw(r, "act")
	err := w.tx(r, acts[act])
	if _, short := errors.AsType[*ledger.Insufficient](err); err != nil && !short && !errors.Is(err, ledger.ErrEnded) && !errors.Is(err, ledger.ErrShared) {
		r.Fatalf("%s: %v", act, err)
	}
	w.settle(r)
}

// shop are the acts that shopping is made of.
func (w *two) shop(who int64) map[string]func(ctx context.Context, tx storage.Tx) error {
	s := ledger.Settlement{At: mergeDay}
	if len(w.holds) > 0 {
		s.Key = w.holds[w.n%len(w.holds)]
	}
	ends := func(end func(context.Context, storage.Tx, ledger.Settlement) error) func(ctx context.Context, tx storage.Tx) error {
		return func(ctx context.Context, tx storage.Tx) error {
			if s.Key == "" {
				return nil
			}
			return end(ctx, tx, s)
		}
	}
	return map[string]func(ctx context.Context, tx storage.Tx) error{
		"receipt": func(ctx context.Context, tx storage.Tx) error { return w.receipt(ctx, tx, who) },
		"revoke a receipt": func(ctx context.Context, tx storage.Tx) error {
			id, err := storage.Value[int64](ctx, tx, `select coalesce(min(id), 0) from receipt where member_id = $1 and state = 'credited'`, who)
			if err == nil && id > 0 {
				_, err = w.a.receipts.RevokeTx(ctx, tx, mergeDay, receipt.Revocation{Receipt: id, Reason: receipt.Annulled})
			}
			return err
		},
		"reserve": func(ctx context.Context, tx storage.Tx) error {
			h := ledger.Hold{Key: fmt.Sprint("unmerge/", w.id()), Member: who, Currency: ledger.Bonus, Amount: int64(w.n*53%150 + 1), At: mergeDay}
			err := ledger.HoldTx(ctx, tx, h)
			if err == nil {
				w.holds = append(w.holds, h.Key)
			}
			return err
		},
		"pay": ends(ledger.CommitTx), "cancel": ends(ledger.ReleaseTx), "give back": ends(ledger.RefundTx),
		"join a family": func(ctx context.Context, tx storage.Tx) error {
			return ledger.ShareTx(ctx, tx, mergeDay, who, w.members[2])
		},
		"leave the family": func(ctx context.Context, tx storage.Tx) error {
			return ledger.PartTx(ctx, tx, mergeDay, who, w.n%2 == 0)
		},
	}
}

const mergeDrive = "9289000100000001"

// receipt is one that the tax service has verified, of a few shops and days.
func (w *two) receipt(ctx context.Context, tx storage.Tx, who int64) error {
	at, sum := mergeDay.AddDate(0, 0, -w.n%11), []int64{700_00, 1800_00, 12000_00, 900_00, 11000_00}[w.n%5]
	contents := fiscal.Receipt{FN: mergeDrive, FD: w.id(), FP: 1, Operation: fiscal.Sale, Time: fiscal.Stamp{Local: fiscal.CivilAt(at)}, Total: sum, INN: "7700000001"}
	_, err := tx.Exec(ctx, `
with checked as (
  insert into member_stat as s (member_id, checking, last_receipt_at) values ($4, 1, $2)
  on conflict (member_id) do update set checking = s.checking + 1, last_receipt_at = greatest(s.last_receipt_at, $2)
), taken as (
  insert into submission (key, member_id, qr, state, at) values ('unmerge/' || $1::bigint, $4, 't', 'taken', $2)
)
insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at, due_at, contents)
values ($6, $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2, $3, $4, 'verified', $2, $2, $2, $5)`, w.id(), at, sum, who, contents, mergeDrive)
	return err
}

// settle does what falls due: receipts are credited, and tiers looked at.
func (w *two) settle(r *rapid.T) {
	for _, step := range []func(context.Context, time.Time) (bool, time.Time, error){w.a.receipts.CreditStep, w.a.tiers.Step} {
		for worked := true; worked; {
			var err error
			if worked, _, err = step(r.Context(), mergeDay); err != nil {
				r.Fatal(err)
			}
		}
	}
}

// openMall is an app whose campaigns give bonuses and, by the day, coupons, and whose
// members have tiers and families.
func openMall(t *testing.T) *app {
	t.Helper()
	files := fstest.MapFS{}
	if err := fs.WalkDir(programme.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(programme.Files, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	files["campaigns/mall.yaml"] = &fstest.MapFile{Data: []byte("campaign: mall\nname: Купоны\nperiod: { from: 2026-01-01 }\npools: { day: { window: day } }\nreward:\n  coupons:\n    - { pool: day, count: floor(pool.sum / 1000) }\n")}
	files["campaigns/percent.yaml"] = &fstest.MapFile{Data: []byte("campaign: percent\nname: Процент\nperiod: { from: 2026-01-01 }\nreward: { percent: 5, ttl: P6M }\n")}
	return openPublished(t, func() time.Time { return mergeDay.AddDate(0, -1, 0) }, files)
}
