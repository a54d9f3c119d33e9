package receipt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/verify/emulator"
	"besedka/storage"
)

// item is a line of a receipt that is printed.
type item struct {
	name  string
	units int64 // millionths
	sum   int64 // kopecks
}

// basket prints a receipt with those lines at the emulated till and has it credited. Its
// total is over what the lines sum up to, as tills round.
func (h *house) basket(member, over int64, items ...item) int64 {
	h.t.Helper()
	h.keys++
	var lines []map[string]any
	total := over
	for _, i := range items {
		total += i.sum
		lines = append(lines, map[string]any{"name": i.name, "price": i.sum, "quantity": json.Number(fiscal.Quantity(i.units).String()), "sum": i.sum})
	}
	text, err := json.Marshal(map[string]any{
		"code": 3, "operationType": 1, "fiscalDriveNumber": "9289000100000001", "fiscalDocumentNumber": h.keys, "fiscalSign": 1234567890,
		"dateTime": h.now().In(moscow).Add(-time.Minute).Format("2006-01-02T15:04:05"), "totalSum": total, "userInn": "7700000001", "items": lines,
	})
	h.must(err)
	qr, err := h.tax.AddReceipt(text, 0, emulator.OK)
	h.must(err)
	r := h.submit(member, qr)
	h.settle(time.Minute)
	return r.Receipt
}

func (h *house) clerk() int64 {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.db, "insert into staff (name, roles, created_at) values ('Вера', '{reviewer}', $1) returning id", noon)
	h.must(err)
	return id
}

func (h *house) refund(r receipt.Refunding) (done receipt.Refunded, err error) {
	r.Reason = "вернули на кассе"
	err = h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		done, err = h.service.RefundTx(ctx, tx, h.now(), r)
		return err
	})
	return done, err
}

// publish puts campaigns in the place of the shipped one, and lets coupons know them.
func (h *house) publish(texts map[string]string) {
	h.t.Helper()
	var sources []campaign.Source
	for id, text := range texts {
		sources = append(sources, campaign.Source{ID: id, File: "campaigns/" + id + ".yaml", Text: []byte("campaign: " + id + "\nname: x\nperiod: {from: 2026-01-01}\n" + text)})
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.service.Campaigns.PublishTx(ctx, tx, noon.AddDate(0, 0, -1), rules.Terms{Zone: moscowZone(h.t), Currencies: map[string]int{"bonus": 2}}, sources)
	})
	h.service.Coupons = coupon.Service{Terms: h.service.Campaigns.CouponTerms}
}

// Five percent of 600.00, of which 100.00, then a half of what is left, then the rest
// comes back. From 299.99 down the campaign gives nothing: that is what is left then.
func TestRefundsAddUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	member, staff := h.member(true), h.clerk()
	id := h.basket(member, 0, item{"Сыр", 2_000_000, 500_00}, item{"Кефир", 1_000_000, 100_00})
	if h.points(member) != 30_00 {
		t.Fatalf("%d points", h.points(member))
	}
	type told struct{ Sum, Rest, Points, Taken int64 }
	for n, step := range []struct {
		lines []receipt.Returned
		whole bool
		want  told
		state string
		left  int64
	}{
		{lines: []receipt.Returned{{Line: 1}}, want: told{100_00, 500_00, 25_00, 5_00}, state: "partially_refunded", left: 25_00},
		{lines: []receipt.Returned{{Line: 0, Sum: 100_00}}, want: told{100_00, 400_00, 20_00, 5_00}, state: "partially_refunded", left: 20_00},
		{lines: []receipt.Returned{{Line: 0, Quantity: 1_000_000}}, want: told{200_00, 200_00, 0, 20_00}, state: "partially_refunded"},
		{whole: true, want: told{200_00, 0, 0, 0}, state: "refunded"},
	} {
		r := receipt.Refunding{Receipt: id, Key: fmt.Sprint("refund/", n), Lines: step.lines, Whole: step.whole, Staff: staff}
		for replay := range 2 {
			got, err := h.refund(r)
			if diff := cmp.Diff(step.want, told{got.Sum, got.Rest, got.Points, got.Taken}); err != nil || diff != "" || got.Number != n+1 {
				t.Errorf("refund %d, replay %d: %+v, %v\n%s", n+1, replay, got, err, diff)
			}
		}
		if got := h.latest(member); string(got.State) != step.state || got.Points != step.left || h.points(member) != step.left {
			t.Errorf("after refund %d: %+v, %d points", n+1, got.Item, h.points(member))
		}
		if got, err := receipt.CreditedTo(t.Context(), h.db, member, id); err != nil || got.ID != id {
			t.Errorf("after refund %d nobody can ask why: %+v, %v", n+1, got, err)
		}
		if _, err := receipt.CreditedTo(t.Context(), h.db, member, 0); errors.Is(err, storage.ErrNotFound) != step.whole {
			t.Errorf("after refund %d the last credited one: %v", n+1, err)
		}
		news := h.notices[fmt.Sprintf("receipt/%d/refunded/%d", id, n+1)]
		if diff := cmp.Diff([]string{"receipt.refunded", fmt.Sprint(step.want.Sum), fmt.Sprint(step.want.Taken), fmt.Sprint(step.left)},
			[]string{news.Name, news.Args["sum"].String(), news.Args["points"].String(), news.Args["total"].String()}); diff != "" {
			t.Errorf("told of refund %d: %s", n+1, diff)
		}
	}
	if s := h.stat(member); s != (stat{}) {
		t.Errorf("figures of the member: %+v", s)
	}
	if _, err := h.refund(receipt.Refunding{Receipt: id, Key: "more", Whole: true, Staff: staff}); !errors.Is(err, receipt.ErrNothingLeft) {
		t.Errorf("refunded once more: %v", err)
	}
	if _, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Fraud}); !errors.Is(err, receipt.ErrNotCredited) {
		t.Errorf("revoked after all came back: %v", err)
	}
	dossier, err := receipt.DossierOf(t.Context(), h.db, id)
	if err != nil || len(dossier.Refunds) != 4 || dossier.Points != 30_00 {
		t.Errorf("the dossier has %d refunds, %d points, %v", len(dossier.Refunds), dossier.Points, err)
	}
}

func TestRefundsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	member, staff := h.member(true), h.clerk()
	id := h.basket(member, 0, item{"Сыр", 2_000_000, 500_00}, item{"Кефир", 1_000_000, 100_00})
	for name, lines := range map[string][]receipt.Returned{
		"no such line":              {{Line: 2}},
		"a line before the first":   {{Line: -1}},
		"more than there is":        {{Line: 0, Quantity: 2_000_001}},
		"more money":                {{Line: 1, Sum: 100_01}},
		"the same line twice":       {{Line: 1}, {Line: 1}},
		"a good one, and a bad one": {{Line: 0}, {Line: 1, Quantity: 3_000_000}},
		"less than nothing":         {{Line: 0, Sum: -1}},
	} {
		_, err := h.refund(receipt.Refunding{Receipt: id, Key: name, Lines: lines, Staff: staff})
		if _, ok := errors.AsType[*receipt.LineError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	waiting := h.submit(member, h.print(400_00, -time.Minute, time.Hour))
	if _, err := h.refund(receipt.Refunding{Receipt: waiting.Receipt, Key: "early", Whole: true, Staff: staff}); !errors.Is(err, receipt.ErrNotCredited) {
		t.Errorf("refunded before it was credited: %v", err)
	}
	if _, err := h.refund(receipt.Refunding{Receipt: 9999, Key: "none", Whole: true, Staff: staff}); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a receipt that nobody has: %v", err)
	}
	if h.points(member) != 30_00 || h.latest(member).State == receipt.PartlyRefunded {
		t.Errorf("refused, and %d points are left", h.points(member))
	}
}

// What would earn more after a return earns nothing more: half a percent below 1,000.00.
func TestRefundNeverGives(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(map[string]string{"retail": "when: receipt.total < 1000\nreward: {percent: 0.5, ttl: P6M}\n"})
	member, staff := h.member(true), h.clerk()
	id := h.basket(member, 0, item{"Сыр", 1_000_000, 999_99}, item{"Пакет", 1_000_000, 1})
	got, err := h.refund(receipt.Refunding{Receipt: id, Key: "k", Lines: []receipt.Returned{{Line: 1}}, Staff: staff})
	if err != nil || got.Points != 0 || got.Awarded != 0 || h.points(member) != 0 {
		t.Errorf("%+v, %v; %d points", got, err, h.points(member))
	}
	nets, err := campaign.Nets(t.Context(), h.db, id)
	if err != nil || len(nets) != 1 || len(nets[0].Decisions) != 1 || nets[0].Decisions[0].Outcome != rules.Credited || nets[0].Rest != 999_99 {
		t.Errorf("what was decided is kept as %+v, %v", nets, err)
	}
}

// Of two campaigns of which the better one gives, the other one takes over when the
// first has lost its reason: its points are those that stay.
func TestRefundLeavesWhatAnotherCampaignGives(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(map[string]string{
		"big":   "when: receipt.total >= 500\nreward: {percent: 10, ttl: P6M}\ngroup: {name: g, mode: best_for_member}\nlimits: [{what: accrual, max: 100, per: day}]\n",
		"small": "reward: {percent: 2, ttl: P1Y}\ngroup: {name: g, mode: best_for_member}\n",
	})
	member, staff := h.member(true), h.clerk()
	id := h.basket(member, 0, item{"Сыр", 1_000_000, 400_00}, item{"Кефир", 1_000_000, 200_00})
	for n, want := range []struct{ points, used int64 }{{8_00, 60_00}, {0, 0}} {
		got, err := h.refund(receipt.Refunding{Receipt: id, Key: fmt.Sprint(n), Lines: []receipt.Returned{{Line: 1 - n}}, Staff: staff})
		used, err2 := storage.Value[int64](t.Context(), h.db, "select used from campaign_counter where campaign_id = 'big'")
		if err = errors.Join(err, err2); err != nil || got.Points != want.points || h.points(member) != want.points || used != want.used {
			t.Errorf("refund %d: %+v, %v; %d points, %d used", n+1, got, err, h.points(member), used)
		}
	}
}

// What was paid by bonuses earns nothing, and is left in the share of the sum that is
// left: of 800.00 with 100.00 by bonuses 700.00 count, of a half of it 350.00.
func TestRefundOfWhatWasPaidByBonuses(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(map[string]string{"retail": "reward: {percent: 0.5, exclude_tender: bonus, ttl: P6M}\n"})
	member, staff := h.member(true), h.clerk()
	var id int64
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		r, err := h.service.SubmitTx(ctx, tx, h.now(), receipt.Submission{
			Key: "desk", Member: member, Staff: staff, Text: h.print(800_00, -time.Minute, 0), Tenders: map[string]int64{"bonus": 100_00},
		})
		id = r.Receipt
		return err
	})
	h.settle(time.Minute)
	had := h.points(member)
	got, err := h.refund(receipt.Refunding{Receipt: id, Key: "k", Lines: []receipt.Returned{{Line: 0, Sum: 400_00}}, Staff: staff})
	if err != nil || had != 3_50 || got.Points != 1_75 || h.points(member) != 1_75 {
		t.Errorf("of %d are left %+v, %v", had, got, err)
	}
}

// What refunds have left is what a revocation takes, and the paper is not given back.
func TestRevocationTakesWhatRefundsHaveLeft(t *testing.T) {
	t.Parallel()
	h := open(t)
	member, staff := h.member(true), h.clerk()
	id := h.basket(member, 0, item{"Сыр", 2_000_000, 500_00}, item{"Кефир", 1_000_000, 100_00})
	_, err := h.refund(receipt.Refunding{Receipt: id, Key: "k", Lines: []receipt.Returned{{Line: 1}}, Staff: staff})
	h.must(err)
	if _, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.StaffError, Release: true}); !errors.Is(err, receipt.ErrKeepsRefund) {
		t.Errorf("the paper is given back: %v", err)
	}
	back, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Annulled})
	if diff := cmp.Diff(ledger.Reversed{Awarded: 25_00, Taken: 25_00}, back); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if h.points(member) != 0 || h.stat(member) != (stat{}) || h.latest(member).Points != 0 {
		t.Errorf("%d points, %+v, %+v", h.points(member), h.stat(member), h.latest(member).Item)
	}
	if _, err := h.refund(receipt.Refunding{Receipt: id, Key: "late", Whole: true, Staff: staff}); !errors.Is(err, receipt.ErrNotCredited) {
		t.Errorf("refunded after it was revoked: %v", err)
	}
}

// A34 by its path through a receipt: earned 10.00, spent 8.00, all came back.
func TestRefundOfWhatIsSpent(t *testing.T) {
	t.Parallel()
	for policy, want := range map[ledger.Debt]struct{ points, taken, due, next int64 }{
		ledger.WithinBalance: {0, 2_00, 8_00, 20_00},
		ledger.AllowNegative: {-8_00, 10_00, 0, 12_00},
		ledger.OnlyPending:   {2_00, 0, 0, 22_00},
	} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.publish(map[string]string{"all": "reward: {percent: 5, ttl: P6M}\n"})
			h.service.Debt = func(string) ledger.Debt { return policy }
			member, staff := h.member(true), h.clerk()
			id := h.basket(member, 0, item{"Сыр", 1_000_000, 200_00})
			h.tx(func(ctx context.Context, tx storage.Tx) error {
				return ledger.ReverseTx(ctx, tx, ledger.Reversal{Key: "spent", Member: member, Currency: ledger.Bonus, Amount: 8_00, At: h.now()})
			})
			got, err := h.refund(receipt.Refunding{Receipt: id, Key: "k", Whole: true, Staff: staff})
			if err != nil || got.Taken != want.taken || h.points(member) != want.points {
				t.Errorf("%+v, %v; %d points", got, err, h.points(member))
			}
			task, err := review.FindOpen(t.Context(), h.db, review.Debt, fmt.Sprintf("receipt/%d/refund/1", id))
			var detail struct{ Due int64 }
			if err == nil {
				h.must(json.Unmarshal(task.Detail, &detail))
			}
			if (err == nil) != (want.due > 0) || detail.Due != want.due {
				t.Errorf("the task: %s, %v", task.Detail, err)
			}
			if h.basket(member, 0, item{"Сыр", 1_000_000, 400_00}); h.points(member) != want.next {
				t.Errorf("after the next 20.00: %d", h.points(member))
			}
		})
	}
}

// Several operators give one line back at once, with keys of their own and with one and
// the same: it comes back once.
func TestLineComesBackOnce(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]func(i int) string{
		"two keys": func(i int) string { return fmt.Sprint(i % 2) }, "one key": func(int) string { return "one" }, "each their own": func(i int) string { return fmt.Sprint(i) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			member, staff := h.member(true), h.clerk()
			id := h.basket(member, 0, item{"Сыр", 2_000_000, 500_00}, item{"Кефир", 1_000_000, 100_00})
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					got, err := h.refund(receipt.Refunding{Receipt: id, Key: key(i), Lines: []receipt.Returned{{Line: 1}}, Staff: staff})
					if _, second := errors.AsType[*receipt.LineError](err); err != nil && !second || err == nil && got.Taken != 5_00 {
						t.Errorf("%+v, %v", got, err)
					}
				})
			}
			all.Wait()
			dossier, err := receipt.DossierOf(t.Context(), h.db, id)
			if err != nil || len(dossier.Refunds) != 1 || h.points(member) != 25_00 {
				t.Errorf("%d refunds, %d points, %v", len(dossier.Refunds), h.points(member), err)
			}
		})
	}
}
