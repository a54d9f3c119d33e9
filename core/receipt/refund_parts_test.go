package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/campaign"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/storage"
)

// motley is campaigns of every kind that a refund has to do with.
var motley = map[string]string{
	"cashback": "when: receipt.total >= 300\nreward: {percent: 5, ttl: P6M}\nlimits: [{what: accrual, max: 40, per: day}]\n",
	"goods":    "goods: sum >= 50\nreward: [{percent: 3.33, of: goods.sum, ttl: P6M}, {every: 3, points: 2, ttl: P1Y}]\n",
	"visit":    "reward: {fixed: 7, ttl: P6M}\n",
	"small":    "when: receipt.total < 1000\nreward: {percent: 0.5, ttl: P6M}\n",
	"x":        "when: receipt.total >= 700\nreward: {percent: 4, ttl: P6M}\ngroup: {name: g, mode: best_for_member}\nlimits: [{what: accrual, max: 90, per: month}]\n",
	"y":        "reward: {percent: 1, ttl: P1Y}\ngroup: {name: g, mode: best_for_member}\n",
	"draw":     "pools: {p: {window: day}}\nreward: {coupons: [{pool: p, count: floor(pool.sum / 250)}]}\nlimits: [{what: coupons, max: 4, per: receipt}]\n",
	"three":    "reward: {coupons: floor(goods.qty / 3)}\n",
}

// snapshot is all that a member has.
type snapshot struct {
	Points   int64
	Lots     []int64 // what remains in those that were there before the receipt
	Coupons  []int64
	Counters string
	Pools    string
	Stat     stat
}

func (h *house) snapshot(member, lots int64) (s snapshot) {
	h.t.Helper()
	s.Points, s.Stat = h.points(member), h.stat(member)
	for sql, into := range map[string]*[]int64{
		"select coalesce(array_agg(l.remaining order by l.id), '{}') from lot l join account a on a.id = l.account_id where a.member_id = $1 and l.id <= $2": &s.Lots,
		"select coalesce(array_agg(number order by campaign_id, number), '{}') from coupon where member_id = $1 and state = 'live' and $2 >= 0":              &s.Coupons,
	} {
		var err error
		*into, err = storage.Value[[]int64](h.t.Context(), h.db, sql, member, lots)
		h.must(err)
	}
	for sql, into := range map[string]*string{
		"select coalesce(string_agg(campaign_id || limit_id || period || used, ' ' order by id), '') from campaign_counter where subject = $1::bigint::text and used > 0":                   &s.Counters,
		"select coalesce(string_agg(campaign_id || name || time_window || ' ' || sum || ' ' || live, ';' order by id), '') from coupon_pool where member_id = $1 and (sum > 0 or live > 0)": &s.Pools,
	} {
		var err error
		*into, err = storage.Value[string](h.t.Context(), h.db, sql, member)
		h.must(err)
	}
	return s
}

// However a receipt comes back, line by line, by quantities and sums, or the rest at a
// time: at the end its member has what they had without it, by every policy but for what
// is spent; the parts are the whole; nothing is ever given on the way; the books and the
// coupons are right.
func TestAllComesBackInWhateverParts(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(motley)
	staff := h.clerk()
	goods := func(t *rapid.T, what string) (items []item) {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) item {
			return item{"Сыр", rapid.Int64Range(1, 5).Draw(t, "units") * rapid.SampledFrom([]int64{1_000_000, 308_000}).Draw(t, "of"), rapid.Int64Range(1, 600_00).Draw(t, "sum")}
		}), 1, 4).Draw(t, what)
	}
	rapid.Check(t, func(t *rapid.T) {
		policy := rapid.SampledFrom([]ledger.Debt{ledger.WithinBalance, ledger.OnlyPending, ledger.AllowNegative}).Draw(t, "policy")
		h.service.Debt = func(string) ledger.Debt { return policy }
		member := h.member(true)
		h.basket(member, 0, goods(t, "kept")...)
		before, err := storage.Value[int64](h.t.Context(), h.db, "select max(id) from lot")
		h.must(err)
		had := h.snapshot(member, before)
		items := goods(t, "comes back")
		id := h.basket(member, max(rapid.Int64Range(-3, 3).Draw(t, "rounded by"), 1-items[0].sum), items...)
		earned := h.points(member) - had.Points
		spent := rapid.SampledFrom([]int64{0, 0, 1, earned, h.points(member)}).Draw(t, "spent")
		if spent > 0 {
			h.tx(func(ctx context.Context, tx storage.Tx) error {
				return ledger.ReverseTx(ctx, tx, ledger.Reversal{Key: fmt.Sprint("spent/", id), Member: member, Currency: ledger.Bonus, Amount: spent, At: h.now()})
			})
		}
		awarded := h.inParts(t, id, staff, items)
		now := h.snapshot(member, before)
		want := map[ledger.Debt]int64{
			ledger.WithinBalance: max(had.Points-spent, 0), ledger.AllowNegative: had.Points - spent, ledger.OnlyPending: had.Points + earned - spent,
		}[policy]
		if awarded != earned || now.Points != want {
			t.Fatalf("earned %d, for which %d came back by %s; %d points, want %d", earned, awarded, policy, now.Points, want)
		}
		if spent > 0 || policy == ledger.OnlyPending { // what is spent first is of whichever lot ends first
			now.Points, now.Lots = had.Points, had.Lots
		}
		if diff := cmp.Diff(had, now); diff != "" {
			t.Fatalf("without the receipt, and after it came back: %s", diff)
		}
	})
	report, err := h.service.Coupons.Check(t.Context(), h.db)
	if err != nil || len(report.Breaches) > 0 {
		t.Errorf("coupons: %+v, %v", report.Breaches, err)
	}
}

// inParts gives a receipt back and returns what was awarded for it.
func (h *house) inParts(t *rapid.T, id, staff int64, items []item) (awarded int64) {
	stands := int64(1 << 62)
	for n := 1; ; n++ {
		r := receipt.Refunding{Receipt: id, Key: fmt.Sprint(n), Staff: staff, Whole: n > 6 || rapid.IntRange(0, 4).Draw(t, "whole") == 0}
		if !r.Whole {
			l := receipt.Returned{Line: rapid.IntRange(0, len(items)-1).Draw(t, "line")}
			switch rapid.IntRange(0, 2).Draw(t, "by") {
			case 0:
				l.Quantity = fiscal.Quantity(rapid.Int64Range(1, items[l.Line].units).Draw(t, "quantity"))
			case 1:
				l.Sum = rapid.Int64Range(1, items[l.Line].sum).Draw(t, "money")
			}
			r.Lines = []receipt.Returned{l}
		}
		done, err := h.refund(r)
		if _, tooMuch := errors.AsType[*receipt.LineError](err); tooMuch {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if awarded += done.Awarded; done.Points > stands || done.Awarded < 0 {
			t.Fatalf("a refund gives: %+v after %d", done, stands)
		}
		if stands = done.Points; done.Rest == 0 {
			return awarded
		}
	}
}

// Two chats turn out to be one person's between two refunds: what comes back afterwards
// is taken from who has it now.
func TestRefundAfterMembersWereJoined(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(motley)
	from, into, staff := h.member(true), h.member(true), h.clerk()
	h.basket(into, 0, item{"Кефир", 1_000_000, 333_00})
	had := h.snapshot(into, 0)
	id := h.basket(from, 0, item{"Сыр", 3_000_000, 900_00}, item{"Кефир", 1_000_000, 100_00})
	_, err := h.refund(receipt.Refunding{Receipt: id, Key: "one", Lines: []receipt.Returned{{Line: 0, Quantity: 1_000_000}}, Staff: staff})
	h.must(err)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return errors.Join(merge(ctx, tx, from, into), receipt.MergeTx(ctx, tx, h.now(), from, into), campaign.MergeTx(ctx, tx, from, into),
			h.service.Coupons.MergeTx(ctx, tx, h.now(), from, into), ledger.MergeTx(ctx, tx, h.now(), from, into))
	})
	_, err = h.refund(receipt.Refunding{Receipt: id, Key: "two", Whole: true, Staff: staff})
	h.must(err)
	now := h.snapshot(into, 0)
	now.Coupons, had.Coupons = nil, nil // the newest of one pool are void, whoever's they were
	if diff := cmp.Diff(had, now); diff != "" {
		t.Errorf("without the receipt, and after it came back: %s", diff)
	}
}

// Refunds of its lines and a revocation race: together they take what was awarded, once.
func TestRefundsAndRevocationTakeOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(motley)
	member, staff := h.member(true), h.clerk()
	for n := range 5 {
		id := h.basket(member, 0, item{"Сыр", 3_000_000, 900_00}, item{"Кефир", 1_000_000, 100_00}, item{"Хлеб", 1_000_000, 50_00})
		earned := h.latest(member).Points
		var all sync.WaitGroup
		var mu sync.Mutex
		var taken int64
		count := func(n int64, err error, fine ...error) {
			mu.Lock()
			defer mu.Unlock()
			taken += n
			for _, f := range fine {
				if errors.Is(err, f) {
					return
				}
			}
			if err != nil {
				t.Error(err)
			}
		}
		for line := range 3 {
			all.Go(func() {
				done, err := h.refund(receipt.Refunding{Receipt: id, Key: fmt.Sprint(line), Lines: []receipt.Returned{{Line: line}}, Staff: staff})
				count(done.Taken, err, receipt.ErrNotCredited)
			})
		}
		all.Go(func() {
			back, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Fraud})
			count(back.Taken, err, receipt.ErrNotCredited)
		})
		all.Wait()
		if taken != earned || h.points(member) != 0 || h.stat(member) != (stat{}) {
			t.Errorf("round %d: earned %d, taken %d; %d points, %+v", n, earned, taken, h.points(member), h.stat(member))
		}
	}
}
