package card_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/sync/errgroup"

	"besedka/core/card"
	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var (
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	standard = card.Type{ID: "standard", Prefix: "29"}
)

func newMember(ctx context.Context, t *testing.T, q storage.Querier) int64 {
	t.Helper()
	id, err := storage.Value[int64](ctx, q, "insert into member (created_at) values ($1) returning id", noon)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestNumbers: a known EAN-13, and one slip of the hand.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"4006381333931": true, // the example of many a manual, Stabilo's
		"4006381333932": false, "4006381339331": false, "400638133393": false, "": false, "400638133393a": false,
	} {
		if card.Valid(number) != want {
			t.Errorf("%q: valid %v, want %v", number, !want, want)
		}
	}
}

// TestThePictureIsRead: by a reader of QR codes and by one of bars.
func TestThePictureIsRead(t *testing.T) {
	t.Parallel()
	const number = "2900000000018"
	drawn, err := card.Picture(number)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	for name, reader := range map[string]gozxing.Reader{"QR": qrcode.NewQRCodeReader(), "bars": oned.NewEAN13Reader()} {
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		hard := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
		if got, err := reader.Decode(bitmap, hard); err != nil || got.GetText() != number {
			t.Errorf("%s: %v, %v, want %s", name, got, err, number)
		}
	}
}

// TestManyAskAtOnce: a member gets one card.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	db, ctx := storagetest.DB(t), t.Context()
	who := newMember(ctx, t, db)
	var g errgroup.Group
	numbers := make([]string, 12)
	for i := range numbers {
		g.Go(func() error {
			return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
				c, _, err := card.IssueTx(ctx, tx, noon, who, standard)
				numbers[i] = c.Number
				return err
			})
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		if n != numbers[0] || !card.Valid(n) || n[:2] != "29" {
			t.Errorf("numbers %v", numbers)
		}
	}
}

// TestWhatIsEarnedOnASuspendedCard is frozen until the status is lifted, to whichever it
// is that earns and keeps nothing back.
func TestWhatIsEarnedOnASuspendedCard(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	who := newMember(ctx, t, tx)
	c, _, err := card.IssueTx(ctx, tx, noon, who, standard)
	if err != nil {
		t.Fatal(err)
	}
	has := func(points, pending int64) {
		t.Helper()
		b, err := ledger.BalanceOf(ctx, tx, noon, who, ledger.Bonus)
		if err != nil || b.Points != points || b.Pending != pending {
			t.Errorf("%+v, %v, want %d and %d to come", b, err, points, pending)
		}
	}
	change := func(to card.Status, want error) {
		t.Helper()
		if _, err := card.ChangeTx(ctx, tx, noon, card.Change{Number: c.Number, Status: to, Reason: "test"}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", to, err, want)
		}
	}
	change(card.Suspended, nil)
	change(card.Suspended, card.ErrSame)
	now, err := card.Current(ctx, tx, who)
	if err != nil || now.CanOf() != (card.Can{Earn: true, Frozen: true}) {
		t.Fatalf("%+v, %v", now, err)
	}
	a := ledger.Accrual{Key: "a", Member: who, Currency: ledger.Bonus, Amount: 100, At: noon, Card: c.Number, Frozen: now.CanOf().Frozen}
	if err := ledger.AccrueTx(ctx, tx, a); err != nil {
		t.Fatal(err)
	}
	has(0, 100)
	change(card.Blocked, nil)
	has(0, 100)
	change(card.Limited, nil)
	has(100, 0)
}

// TestTwoCardsOfOnePerson: the card of who stays is in force, as strict as the stricter.
func TestTwoCardsOfOnePerson(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	from, into := newMember(ctx, t, tx), newMember(ctx, t, tx)
	first, _, err := card.IssueTx(ctx, tx, noon, from, standard)
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := card.IssueTx(ctx, tx, noon, into, standard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := card.ChangeTx(ctx, tx, noon, card.Change{Number: first.Number, Status: card.Blocked, Reason: "lost"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := card.MergeTx(ctx, tx, noon, from, into); err != nil {
			t.Fatal(err)
		}
	}
	now, err := card.Current(ctx, tx, into)
	if err != nil || now.Number != second.Number || now.Status != card.Blocked {
		t.Errorf("in force %+v, %v", now, err)
	}
	if old, err := card.Find(ctx, tx, first.Number); err != nil || old.Member != into || old.Replaced == nil {
		t.Errorf("the other %+v, %v", old, err)
	}
	if _, err := card.ChangeTx(ctx, tx, noon, card.Change{Number: first.Number, Status: card.Active}); !errors.Is(err, card.ErrReplaced) {
		t.Errorf("a card that was replaced: %v", err)
	}
}
