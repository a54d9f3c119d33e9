package receipt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/storage"
)

func (h *house) revoke(r receipt.Revocation) (back ledger.Reversed, err error) {
	err = h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		back, err = h.service.RevokeTx(ctx, tx, h.now(), r)
		return err
	})
	return back, err
}

func TestRevokedReceiptLosesItsAward(t *testing.T) {
	t.Parallel()
	h := open(t)
	member, other := h.member(true), h.member(true)
	kept := h.submit(member, h.print(400_00, -time.Minute, 0))
	qr := h.print(1284_50, -time.Minute, 0)
	bad := h.submit(member, qr)
	if _, err := h.revoke(receipt.Revocation{Receipt: bad.Receipt, Reason: receipt.Fraud}); !errors.Is(err, receipt.ErrNotCredited) {
		t.Errorf("revoked before it was credited: %v", err)
	}
	h.settle(time.Minute)
	h.tx(func(ctx context.Context, tx storage.Tx) error { // a question about it that is pointless from now on
		_, err := review.OpenTx(ctx, tx, h.now(), review.Ask{Kind: review.Sample, About: review.AboutReceipt(bad.Receipt), Receipt: bad.Receipt})
		return err
	})
	back, err := h.revoke(receipt.Revocation{Receipt: bad.Receipt, Reason: receipt.Annulled, Note: "406 on the third day"})
	h.must(err)
	if diff := cmp.Diff(ledger.Reversed{Awarded: 64_22, Taken: 64_22}, back); diff != "" {
		t.Errorf("taken back: %s", diff)
	}
	if _, err := h.revoke(receipt.Revocation{Receipt: bad.Receipt, Reason: receipt.Fraud}); !errors.Is(err, receipt.ErrNotCredited) {
		t.Errorf("revoked twice: %v", err)
	}
	if diff := cmp.Diff([]string{"credited", "revoked annulled"}, h.states(member)); diff != "" || h.points(member) != 20_00 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	if s := h.stat(member); s != (stat{Receipts: 1, Turnover: 400_00}) {
		t.Errorf("figures of the member: %+v", s)
	}
	n := h.notices[fmt.Sprintf("receipt/%d/revoked", bad.Receipt)]
	if diff := cmp.Diff([]string{"receipt.revoked", "annulled", "6422", "2000"}, []string{n.Name, n.Args["reason"].Text(), n.Args["points"].String(), n.Args["total"].String()}); diff != "" {
		t.Errorf("told: %s", diff)
	}
	if _, err := review.FindOpen(t.Context(), h.db, review.Sample, review.AboutReceipt(bad.Receipt)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the question about it stays open: %v", err)
	}
	again, stranger := h.submit(member, qr), h.submit(other, qr)
	if again.Reason != receipt.DuplicateOwn || again.Own != (receipt.Own{State: receipt.Revoked}) || stranger.Reason != receipt.DuplicateOther {
		t.Errorf("sent again: %+v; by a stranger: %+v", again, stranger)
	}
	h.settle(day)
	if h.points(member) != 20_00 || h.points(other) != 0 || h.latest(member).Points != 0 {
		t.Errorf("a day later: %d and %d points, %+v", h.points(member), h.points(other), h.latest(member))
	}
	if items, err := receipt.Latest(t.Context(), h.db, member, 2); err != nil || items[1].ID != kept.Receipt || items[1].Points != 20_00 {
		t.Errorf("the other receipt: %+v, %v", items, err)
	}
}

// Loyalty model A34: what is spent and cannot be taken back is put before people; their
// word moves no points, and is given once.
func TestWhatIsShortIsAskedOfPeople(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(400_00, -time.Minute, 0))
	h.settle(time.Minute)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return ledger.ReverseTx(ctx, tx, ledger.Reversal{Key: "spent", Member: member, Currency: ledger.Bonus, Amount: 16_00, At: h.now()})
	})
	back, err := h.revoke(receipt.Revocation{Receipt: r.Receipt, Reason: receipt.Annulled})
	h.must(err)
	if diff := cmp.Diff(ledger.Reversed{Awarded: 20_00, Taken: 4_00, Short: 16_00, Due: 16_00}, back); diff != "" {
		t.Errorf("taken back: %s", diff)
	}
	task, err := review.FindOpen(t.Context(), h.db, review.Debt, review.AboutReceipt(r.Receipt))
	h.must(err)
	var detail struct{ Member, Due int64 }
	h.must(json.Unmarshal(task.Detail, &detail))
	if detail.Member != member || detail.Due != 16_00 {
		t.Errorf("the task says %s", task.Detail)
	}
	staff, err := storage.Value[int64](t.Context(), h.db, "insert into staff (name, roles, created_at) values ('Вера', '{reviewer}', $1) returning id", noon)
	h.must(err)
	for _, want := range []error{nil, review.ErrDecided} {
		err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, err := h.service.JudgeTx(ctx, tx, h.now(), receipt.Judgement{Verdict: review.Verdict{Task: task.ID, Staff: staff, Approve: true, Cause: review.Other, Note: "forgiven"}})
			return err
		})
		if !errors.Is(err, want) {
			t.Errorf("judged: %v instead of %v", err, want)
		}
	}
	if h.points(member) != 0 {
		t.Errorf("%d points", h.points(member))
	}
}

// A receipt that we credited to the wrong person goes to the right one.
func TestMistakeOfTheStaffGivesTheReceiptBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	wrong, right := h.member(true), h.member(true)
	qr := h.print(400_00, -time.Minute, 0)
	r := h.submit(wrong, qr)
	h.settle(time.Minute)
	if _, err := h.revoke(receipt.Revocation{Receipt: r.Receipt, Reason: receipt.Fraud, Release: true}); !errors.Is(err, receipt.ErrKeepsKey) {
		t.Errorf("a dishonest receipt is given back: %v", err)
	}
	_, err := h.revoke(receipt.Revocation{Receipt: r.Receipt, Reason: receipt.StaffError, Release: true})
	h.must(err)
	h.submit(right, qr)
	h.settle(time.Minute)
	if h.points(wrong) != 0 || h.points(right) != 20_00 {
		t.Errorf("the wrong one has %d points, the right one %d", h.points(wrong), h.points(right))
	}
	if diff := cmp.Diff([]string{"rejected staff_error"}, h.states(wrong)); diff != "" {
		t.Error(diff)
	}
}

// Several processes revoke and credit at once, while what was earned is spent: each
// receipt is credited once and taken back once, and the books balance.
func TestRevokedOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	var receipts []int64
	for range 6 {
		receipts = append(receipts, h.submit(member, h.print(400_00, -time.Minute, 0)).Receipt)
	}
	for worked := true; worked; { // verified, and not credited yet
		var err error
		worked, _, err = h.service.VerifyStep(t.Context(), h.now())
		h.must(err)
		h.set(h.now().Add(time.Second))
	}
	var taken, short, revoked atomic.Int64
	var all sync.WaitGroup
	work := func(do func() error) { // as a process that tries until nothing is left to do
		all.Go(func() {
			for revoked.Load() < int64(len(receipts)) {
				if err := do(); err != nil && !errors.Is(err, receipt.ErrNotCredited) {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 3 {
		work(func() error { _, _, err := h.service.CreditStep(t.Context(), h.now()); return err })
		work(func() error {
			for _, id := range receipts {
				back, err := h.revoke(receipt.Revocation{Receipt: id, Reason: receipt.Fraud})
				if err == nil {
					revoked.Add(1)
					taken.Add(back.Taken)
					short.Add(back.Short)
				} else if !errors.Is(err, receipt.ErrNotCredited) {
					return err
				}
			}
			return nil
		})
		n := 0
		work(func() error {
			n++
			return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
				return ledger.ReverseTx(ctx, tx, ledger.Reversal{
					Key: fmt.Sprintf("spent/%d/%d", i, n), Member: member, Currency: ledger.Bonus, Amount: 3_00, At: h.now(),
				})
			})
		})
	}
	all.Wait()
	if got := h.points(member); got != 0 || revoked.Load() != 6 || taken.Load()+short.Load() != 6*20_00 {
		t.Errorf("%d points; %d times revoked, %d taken, %d short", got, revoked.Load(), taken.Load(), short.Load())
	}
	if s := h.stat(member); s != (stat{}) {
		t.Errorf("figures of the member: %+v", s)
	}
	kept, err := storage.Value[int64](t.Context(), h.db, "select sum(short)::bigint from revocation")
	if h.must(err); kept != short.Load() {
		t.Errorf("%d short are kept, %d were", kept, short.Load())
	}
}
