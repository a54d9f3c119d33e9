package prize_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/seal"
	"besedka/storage"
)

// TestConserved: whatever 200 people do at once with a few prizes, pieces and points
// are neither lost nor made, and the books are exact.
func TestConserved(t *testing.T) {
	t.Parallel()
	const members, pieces, points = 20, 15, 1500_00
	h := open(t)
	h.Notify = func(context.Context, storage.Tx, time.Time, prize.Notice) error { return nil }
	h.stock("bag", pieces)
	for i := range pieces {
		h.codes("milk", fmt.Sprint("MILK-", i))
	}
	who := make([]member.Subject, members)
	for i := range who {
		who[i] = h.meet(fmt.Sprint("m", i), points)
	}
	var all errgroup.Group
	all.SetLimit(200)
	for n := range 200 {
		all.Go(func() error {
			chance := rand.New(rand.NewPCG(uint64(n), 1))
			for i := range 4 {
				if err := h.whim(t.Context(), chance, who[chance.IntN(members)], fmt.Sprintf("%d/%d", n, i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	h.must(all.Wait())
	h.conserved("bag", pieces)
	h.conserved("milk", pieces)
	for {
		worked, _, err := h.OrderStep(t.Context(), noon.Add(72*time.Hour))
		if h.must(err); !worked {
			break
		}
	}
	h.conserved("bag", pieces)
	h.conserved("milk", pieces)
	for _, w := range who {
		b, err := ledger.BalanceOf(t.Context(), h.db, noon.Add(72*time.Hour), w.Member, ledger.Bonus)
		h.must(err)
		spent, err := storage.Value[int64](t.Context(), h.db, `select coalesce(sum(price), 0)::bigint from prize_order where member_id = $1 and state in ('code_issued', 'handed_over')`, w.Member)
		h.must(err)
		waits, err := storage.Value[int64](t.Context(), h.db, `select coalesce(sum(price), 0)::bigint from prize_order where member_id = $1 and state in ('reserved', 'ready_at_desk')`, w.Member)
		h.must(err)
		if b.Points+spent+waits != points || b.Held != waits {
			t.Errorf("member %d: %d free, %d held, %d spent, %d wait", w.Member, b.Points, b.Held, spent, waits)
		}
	}
	h.balanced()
}

// whim does something that people do. A refusal is no error.
func (h *house) whim(ctx context.Context, chance *rand.Rand, who member.Subject, key string) error {
	id := []string{"bag", "milk"}[chance.IntN(2)]
	switch chance.IntN(6) {
	case 0:
		_, _, err := h.OrderStep(ctx, noon.Add(time.Duration(chance.IntN(60))*time.Hour))
		return err
	case 1, 2:
		own, err := h.Own(ctx, h.db, who.Member, 0)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return refused(h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
			act := prize.Act{Order: own.ID, Member: who.Member, At: noon}
			switch chance.IntN(4) {
			case 0:
				_, err = h.CancelTx(ctx, tx, act)
			case 1:
				_, _, err = h.HandOverTx(ctx, tx, own.Code, prize.Act{At: noon})
			default:
				_, err = h.ConfirmTx(ctx, tx, act)
			}
			return err
		}))
	}
	_, err := h.reserve(ctx, key, id, who, noon.Add(time.Duration(chance.IntN(40))*time.Hour))
	return refused(err)
}

func refused(err error) error {
	_, state := errors.AsType[*prize.StateError](err)
	_, few := errors.AsType[*ledger.Insufficient](err)
	for _, known := range []error{prize.ErrOutOfStock, prize.ErrLimit, storage.ErrNotFound} {
		if errors.Is(err, known) {
			return nil
		}
	}
	if state || few {
		return nil
	}
	return err
}

func (h *house) conserved(id string, pieces int64) {
	h.Helper()
	with, err := storage.Value[int64](h.Context(), h.db, `select count(*) from prize_order where prize = $1 and state not in ('cancelled', 'expired')`, id)
	h.must(err)
	if left := h.left(id); left+with != pieces {
		h.Errorf("%s: %d left and %d with people, of %d", id, left, with, pieces)
	}
}

// TestOneMembersLife: in any order of acts an order ends once, and everything it held
// is spent or given back.
func TestOneMembersLife(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.stock("bag", 1)
	life := 0
	rapid.Check(t, func(t *rapid.T) {
		life++
		who := h.meet(fmt.Sprint("life", life), 500_00)
		o, err := h.reserve(h.Context(), fmt.Sprint("life/", life), "bag", who, noon)
		h.must(err)
		at := noon
		for i := range rapid.IntRange(1, 6).Draw(t, "acts") {
			at = at.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour)
			act := prize.Act{Order: o.ID, Member: who.Member, At: at}
			do := rapid.SampledFrom([]string{"confirm", "cancel", "give", "expire", "again"}).Draw(t, fmt.Sprint("act", i))
			err := refused(h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
				switch do {
				case "confirm":
					_, err = h.ConfirmTx(ctx, tx, act)
				case "cancel":
					_, err = h.CancelTx(ctx, tx, act)
				case "give":
					_, err = h.GiveTx(ctx, tx, prize.Act{Order: o.ID, At: at})
				}
				return err
			}))
			if h.must(err); do == "expire" {
				_, _, err := h.OrderStep(h.Context(), at)
				h.must(err)
			}
		}
		if err := h.cancel(h.Context(), o, at); err != nil { // it may have left us, or have ended
			h.must(refused(err))
		}
		own, err := h.Own(h.Context(), h.db, who.Member, o.ID)
		h.must(err)
		b, err := ledger.BalanceOf(h.Context(), h.db, at, who.Member, ledger.Bonus)
		h.must(err)
		gone := own.State == prize.HandedOver
		if b.Held != 0 || (b.Points == 0) != gone || h.left("bag") == 0 != gone {
			t.Fatalf("%s: %d free, %d held, %d in stock", own.State, b.Points, b.Held, h.left("bag"))
		}
		if gone {
			h.stock("bag", 1)
		}
	})
	h.balanced()
}

// TestGift: a winner gets a piece or the campaign hears that there is none.
func TestGift(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna")
	h.stock("cow", 1)
	take := func(key, pool string, at time.Time) (taken bool) {
		h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
			taken, err = h.TakeGiftTx(ctx, tx, at, prize.Gift{Key: key, Pool: pool, Member: who.Member, Campaign: "wheel"})
			return err
		})
		return taken
	}
	back := func(key string) (back bool) {
		h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
			back, err = h.RevokeGiftTx(ctx, tx, noon, key, "the receipt was a forgery")
			return err
		})
		return back
	}
	for _, late := range []string{"nothing", "milk"} {
		if take("0", late, noon) {
			t.Errorf("won %s", late)
		}
	}
	if take("0", "cow", noon.AddDate(0, 1, 0)) {
		t.Error("won a prize that is no more")
	}
	for range 2 { // the same win twice is one
		if !take("1", "cow", noon) {
			t.Error("the cow is not won")
		}
	}
	if take("2", "cow", noon) {
		t.Error("one cow, two winners")
	}
	worked, _, err := h.OrderStep(t.Context(), noon.AddDate(1, 0, 0))
	if h.must(err); worked {
		t.Error("a gift expires")
	}
	if !back("1") || h.left("cow") != 1 || back("never") {
		t.Errorf("a gift is not given back: %d", h.left("cow"))
	}
	if !take("3", "cow", noon) {
		t.Error("the cow that came back is nobody's")
	}
	own, err := h.Own(t.Context(), h.db, who.Member, 0)
	h.must(err)
	h.confirm(own.Order, noon)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.GiveTx(ctx, tx, prize.Act{Order: own.ID, At: noon})
		return err
	})
	if back("3") {
		t.Error("a cow that has gone is taken back")
	}
	h.balanced()
}

// TestJoined: orders, their limit and their points are of the member who stays.
func TestJoined(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b := h.meet("anna", 600_00), h.meet("anna's other chat", 100_00)
	h.stock("bag", 1)
	h.codes("milk", "MILK-1", "MILK-2")
	milk, err := h.reserve(t.Context(), "1", "milk", b, noon)
	h.must(err)
	h.confirm(milk, noon)
	bag, err := h.reserve(t.Context(), "2", "bag", a, noon)
	h.must(err)
	var stays int64
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		stays, err = h.people.MergeTx(ctx, tx, noon, a.Member, b.Member, "test")
		return err
	})
	bag.Member = stays
	own, err := h.Own(t.Context(), h.db, stays, milk.ID)
	if h.must(err); own.Code != "MILK-1" {
		t.Errorf("the code of before is %q", own.Code)
	}
	if _, err := h.reserve(t.Context(), "3", "milk", b, noon); !errors.Is(err, prize.ErrLimit) {
		t.Errorf("another one by the member who went: %v", err)
	}
	h.stands(stays, "bag", 100_00, 500_00, 0, noon)
	h.must(h.cancel(t.Context(), bag, noon))
	h.stands(stays, "bag", 600_00, 0, 1, noon)
	h.balanced()
}

// TestErased: codes and addresses die with the key, orders stay under the number, and
// what waits is given back.
func TestErased(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 600_00)
	h.stock("bag", 1)
	h.codes("milk", "MILK-1")
	milk, err := h.reserve(t.Context(), "1", "milk", who, noon)
	h.must(err)
	h.confirm(milk, noon)
	bag, err := h.reserve(t.Context(), "2", "bag", who, noon)
	h.must(err)
	h.confirm(bag, noon)
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	h.must(h.people.Erase(t.Context(), list, who.Member, func(ctx context.Context, tx storage.Tx) error { return prize.ForgetTx(ctx, tx, noon, who.Member) }))
	for _, o := range []prize.Order{milk, bag} {
		own, err := h.Own(t.Context(), h.db, who.Member, o.ID)
		if h.must(err); own.Code != "" {
			t.Errorf("the code of order %d outlives its owner", o.ID)
		}
	}
	if h.left("bag") != 1 || h.left("milk") != 0 {
		t.Error("the bag of who is gone is lost")
	}
	h.balanced()
}

// TestErasedByAnOldNumber: whoever is erased by the number of before they were joined
// leaves nothing waiting either.
func TestErasedByAnOldNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b := h.meet("anna", 600_00), h.meet("anna's other chat", 100_00)
	h.stock("bag", 1)
	bag, err := h.reserve(t.Context(), "1", "bag", a, noon)
	h.must(err)
	h.confirm(bag, noon)
	var stays int64
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		stays, err = h.people.MergeTx(ctx, tx, noon, a.Member, b.Member, "test")
		return err
	})
	gone := a.Member + b.Member - stays
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	h.must(h.people.Erase(t.Context(), list, gone, func(ctx context.Context, tx storage.Tx) error { return prize.ForgetTx(ctx, tx, noon, gone) }))
	if h.left("bag") != 1 {
		t.Error("the bag of who is gone is lost")
	}
	h.balanced()
}

// TestCodesAtRest: neither the database nor an index of it has a code in the clear.
func TestCodesAtRest(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.codes("milk", "MILK-SECRET")
	n, err := storage.Value[int64](t.Context(), h.db, `select count(*) from prize_code where position('MILK' in encode(sealed, 'escape')) > 0 or position('MILK' in encode(hash, 'escape')) > 0`)
	if h.must(err); n != 0 {
		t.Error("a code is readable")
	}
}
