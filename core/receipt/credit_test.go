package receipt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/core/receipt"
	"besedka/locales"
	"besedka/storage"
)

func TestUnregisteredWaitsForRegistration(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(false)
	h.submit(member, h.print(1284_50, -time.Minute, 0))
	h.settle(day)
	if diff := cmp.Diff([]string{"verified"}, h.states(member)); diff != "" || h.points(member) != 0 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	for range 2 {
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			if _, err := tx.Exec(ctx, "update member set registered_at = $2 where id = $1", member, h.now()); err != nil {
				return err
			}
			return receipt.WakeTx(ctx, tx, h.now(), member)
		})
		h.settle(time.Minute)
	}
	if got := h.points(member); got != 64_22 || len(h.heard()) != 1 {
		t.Errorf("%d points, heard %v", got, h.heard())
	}
	texts, err := locales.Load()
	h.must(err)
	id := h.latest(member).ID
	why, err := campaign.Why(t.Context(), h.db, member, id, texts.Printer("en"))
	if err != nil || !strings.Contains(why, "64.22") {
		t.Errorf("why: %q, %v", why, err)
	}
	if why, err := campaign.Why(t.Context(), h.db, h.member(true), id, texts.Printer("en")); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a stranger heard %q, %v", why, err)
	}
}

func TestReceiptThatCannotBeCreditedHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(400_00, -time.Minute, 0))
	h.broken = fmt.Sprintf("receipt/%d/credited", r.Receipt)
	h.submit(member, h.print(400_00, -time.Minute, 0))
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"verified", "credited"}, h.states(member)); diff != "" || h.points(member) != 20_00 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	h.broken = ""
	h.settle(2 * time.Minute)
	if h.points(member) != 40_00 || len(h.heard()) != 2 {
		t.Errorf("%d points, heard %v", h.points(member), h.heard())
	}
}

// A receipt on its way when its member is forgotten: nobody is paid, and its key
// is free for a stranger. What was credited before stays.
func TestReceiptOfTheErasedIsNobodys(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, registered := range []bool{true, false} {
		member, stranger := h.member(registered), h.member(true)
		_, err := h.db.Exec(t.Context(), `insert into subject (member_id, channel, peer_index, sealed_peer, wrapped_key, created_at)
			values ($1, 'telegram', $2, '', 'key', now())`, member, fmt.Append(nil, member))
		h.must(err)
		qr := h.print(400_00, -time.Minute, 2*time.Minute)
		h.submit(member, qr)
		h.settle(time.Minute)
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			if _, err := tx.Exec(ctx, "update subject set wrapped_key = null where member_id = $1", member); err != nil {
				return err
			}
			return receipt.WakeTx(ctx, tx, h.now(), member)
		})
		h.settle(time.Hour)
		if diff := cmp.Diff([]string{"rejected erased"}, h.states(member)); diff != "" || h.points(member) != 0 || h.stat(member).Checking != 0 {
			t.Errorf("%d points, %+v, %s", h.points(member), h.stat(member), diff)
		}
		h.submit(stranger, qr)
		h.settle(time.Hour)
		if h.points(stranger) != 20_00 {
			t.Errorf("the stranger has %d points, %v", h.points(stranger), h.states(stranger))
		}
	}
}

// merge does what member does before it tells us.
func merge(ctx context.Context, q storage.Querier, from, into int64) error {
	for _, move := range []string{
		"update receipt set member_id = $2 where member_id = $1",
		"update member set merged_into = $2 where id = $1",
	} {
		if _, err := q.Exec(ctx, move, from, into); err != nil {
			return err
		}
	}
	return nil
}

// An unregistered chat joins a registered one: its receipts are credited there.
func TestMergeWakesWhatWaited(t *testing.T) {
	t.Parallel()
	h := open(t)
	from, into := h.member(false), h.member(true)
	h.submit(from, h.print(400_00, -time.Minute, 0))
	h.settle(time.Minute)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		if err := merge(ctx, tx, from, into); err != nil {
			return err
		}
		return receipt.MergeTx(ctx, tx, h.now(), from, into)
	})
	h.settle(time.Minute)
	if s := h.stat(into); s.Receipts != 1 || s.Checking != 0 || h.points(into) != 20_00 {
		t.Errorf("%+v, %d points", s, h.points(into))
	}
	late := h.submit(from, h.print(600_00, -time.Minute, 0)) // by a turn that had not heard of it
	h.settle(time.Minute)
	if s := h.stat(into); s.Receipts != 2 || s.Checking != 0 || h.points(into) != 50_00 {
		t.Errorf("receipt %d went to the member who is no more: %+v, %d points", late.Receipt, s, h.points(into))
	}
}

// A turn that registers a member may not have heard yet that they were merged.
func TestRegistrationWakesWhatWasMerged(t *testing.T) {
	t.Parallel()
	h := open(t)
	from, into := h.member(false), h.member(false)
	h.submit(from, h.print(400_00, -time.Minute, 0))
	h.settle(time.Minute)
	h.must(merge(t.Context(), h.db, from, into))
	_, err := h.db.Exec(t.Context(), "update member set registered_at = now() where id = $1", into)
	h.must(err)
	h.tx(func(ctx context.Context, tx storage.Tx) error { return receipt.WakeTx(ctx, tx, h.now(), from) })
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"credited"}, h.states(into)); diff != "" {
		t.Error(diff)
	}
}

func TestBelowTheMinimumIsToldAndNotPosted(t *testing.T) {
	t.Parallel()
	h := open(t)
	member := h.member(true)
	r := h.submit(member, h.print(299_99, -time.Minute, 0))
	h.settle(time.Minute)
	n := h.notices[fmt.Sprintf("receipt/%d/credited", r.Receipt)]
	if points, known := n.Args["points"].Int(); !known || points != 0 || h.points(member) != 0 {
		t.Errorf("notice %+v, %d points", n, h.points(member))
	}
}

func TestPersonDecidesWithoutProvider(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.service = h.serve(nil)
	member, other := h.member(true), h.member(true)
	approved := h.submit(member, h.print(1700_00, -time.Minute, 0))
	qr := h.print(900_00, -time.Minute, 0)
	refused := h.submit(member, strings.Replace(qr, "900.00", "9000.00", 1))
	if behind := h.submit(other, qr); behind.Outcome != receipt.Taken || !approved.Manual || !refused.Manual {
		t.Errorf("%+v, %+v, then %+v", approved, refused, behind)
	}
	staff, err := storage.Value[int64](t.Context(), h.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", noon)
	h.must(err)
	h.settle(3 * day)
	if got := h.points(member); got != 0 {
		t.Fatalf("%d points without anybody's verdict", got)
	}
	decide := func(d receipt.Decision) error {
		d.Staff = staff
		return h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return h.service.DecideTx(ctx, tx, h.now(), d) })
	}
	h.must(decide(receipt.Decision{Receipt: approved.Receipt, Approve: true, Note: "paper shown"}))
	h.must(decide(receipt.Decision{Receipt: refused.Receipt, Note: "the paper says 900"}))
	if err := decide(receipt.Decision{Receipt: refused.Receipt, Approve: true}); !errors.Is(err, receipt.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
	h.settle(time.Minute)
	if diff := cmp.Diff([]string{"credited", "rejected staff"}, h.states(member)); diff != "" || h.points(member) != 85_00 {
		t.Errorf("%d points, %s", h.points(member), diff)
	}
	if diff := cmp.Diff([]string{"manual no_provider"}, h.states(other)); diff != "" {
		t.Errorf("who waited behind: %s", diff)
	}
	if key := fmt.Sprintf("receipt/%d/manual", h.latest(other).ID); h.heard()[key] != receipt.EventManual {
		t.Errorf("who waited behind was not told that a person will look: %v", h.heard())
	}
}
