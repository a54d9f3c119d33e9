package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/storage"
)

func (h *house) again(key string, member, id int64) (r receipt.Result, err error) {
	err = h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		r, err = h.service.AgainTx(ctx, tx, h.now(), receipt.Again{Key: key, Receipt: id, Member: member})
		return err
	})
	return r, err
}

func (h *house) link(key string, member int64, qr string) (r receipt.Result) {
	h.t.Helper()
	h.must(h.db.InTx(h.t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		r, err = h.service.LinkTx(ctx, tx, h.now(), receipt.Linking{Key: key, Text: qr, Member: member, Staff: h.clerk()})
		return err
	}))
	return r
}

// TestVerifiedAgain: who waits is asked for at once, a rejected receipt comes in anew; a
// verified one is not asked for, nor another's.
func TestVerifiedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	late := h.submit(member, h.print(400_00, -time.Minute, 5*time.Hour))
	h.settle(4 * time.Hour)
	asked := total(h.sends())
	if _, err := h.again("again/1", h.member(true), late.Receipt); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("another's: %v", err)
	}
	for range 2 {
		if r, err := h.again("again/1", member, late.Receipt); err != nil || r.Outcome != receipt.Taken || r.Receipt != late.Receipt {
			t.Errorf("asked now: %+v, %v", r, err)
		}
	}
	h.work()
	if now := total(h.sends()); now != asked+1 {
		t.Errorf("the tax service was asked %d times more, want once", now-asked)
	}
	h.settle(day)
	if _, err := h.again("again/2", member, late.Receipt); !errors.Is(err, receipt.ErrKnownGood) || h.states(member)[0] != "credited" {
		t.Errorf("verified: %v, %v", err, h.states(member))
	}

	h.service = h.serve((*verify.Client)(nil))
	refused := h.submit(member, h.print(500_00, -time.Minute, 0))
	if _, err := h.again("again/3", member, refused.Receipt); !errors.Is(err, receipt.ErrNoService) {
		t.Errorf("asked of nobody: %v", err)
	}
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return h.service.DecideTx(ctx, tx, h.now(), receipt.Decision{Receipt: refused.Receipt, Staff: h.clerk(), Note: "не видно"})
	})
	h.service = h.serve(verify.New(h.url, "master"))
	anew, err := h.again("again/4", member, refused.Receipt)
	if err != nil || anew.Outcome != receipt.Taken || anew.Receipt == refused.Receipt {
		t.Errorf("a rejected one: %+v, %v", anew, err)
	}
	h.settle(day)
	if diff := cmp.Diff([]string{"credited", "rejected staff", "credited"}, h.states(member)); diff != "" {
		t.Error(diff)
	}
}

// TestLinked: a receipt that lies with somebody who never registered goes over to who shows
// it, with its figures, and is credited once; one of a registered member stays theirs.
func TestLinked(t *testing.T) {
	t.Parallel()
	h := open(t)
	stranger, member, other := h.member(false), h.member(true), h.member(true)
	qr := h.print(400_00, -time.Minute, 0)
	theirs := h.submit(stranger, qr)
	h.settle(day)
	if r := h.link("link/1", member, qr); r.Outcome != receipt.Duplicate || r.Reason != receipt.DuplicateOwn || r.Receipt != theirs.Receipt || r.Own.State != receipt.Verified {
		t.Errorf("a stranger's: %+v", r)
	}
	h.link("link/1", member, qr)
	h.settle(day)
	if got := []any{h.points(stranger), h.points(member), h.stat(stranger), h.stat(member)}; cmp.Diff([]any{int64(0), int64(20_00), stat{}, stat{1, 0, 400_00}}, got) != "" {
		t.Errorf("points and figures: %v", got)
	}
	if r := h.link("link/2", other, qr); r.Reason != receipt.DuplicateOther || r.Receipt != 0 || h.points(other) != 0 {
		t.Errorf("a member's: %+v", r)
	}
	fresh := h.print(600_00, -time.Minute, 0)
	if r := h.link("link/3", other, fresh); r.Outcome != receipt.Taken {
		t.Errorf("nobody's: %+v", r)
	}
	h.settle(day)
	if h.points(other) != 30_00 {
		t.Errorf("it brought %d", h.points(other))
	}
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := h.service.LinkTx(ctx, tx, h.now(), receipt.Linking{Key: "link/4", Text: "https://example.ru", Member: other})
		return err
	})
	if !errors.Is(err, receipt.ErrNotFiscal) {
		t.Errorf("no code: %v", err)
	}
	claim, err := fiscal.Parse(fresh)
	h.must(err)
	mistyped := fmt.Sprintf("t=%s&s=1.00&fn=%s&i=%d&fp=%d&n=1", claim.Time.In(time.UTC).Format("20060102T1504"), claim.FN, claim.FD, claim.FP)
	if r := h.link("link/5", member, mistyped); r.Outcome == receipt.Taken && r.Receipt != 0 {
		t.Errorf("another sum of a known document: %+v", r)
	}
}
