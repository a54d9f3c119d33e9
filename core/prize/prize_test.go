package prize_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const shop = `prizes:
  bag: { name: Сумка, price: 500, delivery: desk }
  milk: { name: Молоко, price: 100, delivery: code, limit: 1, per: month }
  box: { name: Посылка, price: 100, delivery: parcel, segment: родители }
  cow: { name: Корова, delivery: desk, to: 2026-12-31 }
  badge: { name: Значок, price: 5, currency: star, delivery: desk }
`

// house is members with points and a showcase, on a database of its own.
type house struct {
	testing.TB
	db     *storage.DB
	people *member.Service
	keys   *seal.Keyring
	news   []prize.Notice
	*prize.Service
}

// scaleOf knows stars, which have no fractions.
func scaleOf(currency string) int {
	if currency == "star" {
		return 0
	}
	return 2
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, db: storagetest.DB(t)}
	var err error
	h.keys, err = seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	h.must(err)
	goods, problems := showcase.Parse("prizes.yaml", []byte(shop), time.UTC)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	h.Service = prize.New(prize.Config{
		DB: h.db, Keys: h.keys, Showcase: func() *showcase.Showcase { return goods }, Zone: func() *time.Location { return time.UTC },
		Currency: func() string { return ledger.Bonus }, Scale: scaleOf,
		Notify: func(_ context.Context, _ storage.Tx, _ time.Time, n prize.Notice) error {
			h.news = append(h.news, n)
			return nil
		},
	})
	h.people = member.New(h.db, h.keys, func(ctx context.Context, tx storage.Tx, now time.Time, from, into int64) error {
		if err := prize.MergeTx(ctx, tx, from, into); err != nil {
			return err
		}
		return ledger.MergeTx(ctx, tx, now, from, into)
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.Helper()
	h.must(h.db.InTx(h.Context(), do))
}

// meet makes a registered member with lots of points; one lot a sum, each a month
// later than the one before.
func (h *house) meet(peer string, sums ...int64) (who member.Subject) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		met, err := h.people.SubjectsTx(ctx, tx, noon, chat.Telegram, []string{peer})
		if err != nil {
			return err
		}
		who = met[0]
		if _, err := h.people.RegisterTx(ctx, tx, noon, who.Member); err != nil {
			return err
		}
		for i, sum := range sums {
			a := ledger.Accrual{Key: fmt.Sprintf("test/%s/%d", peer, i), Member: who.Member, Currency: ledger.Bonus, Amount: sum, ExpiresAt: noon.AddDate(0, i+1, 0), At: noon}
			if err := ledger.AccrueTx(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	return who
}

func (h *house) stock(id string, by int64) (stock int64) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		stock, err = h.StockTx(ctx, tx, id, by)
		return err
	})
	return stock
}

func (h *house) codes(pool string, codes ...string) (added prize.Added) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		added, err = h.AddCodesTx(ctx, tx, noon, pool, codes)
		return err
	})
	return added
}

func (h *house) reserve(ctx context.Context, key, id string, who member.Subject, at time.Time) (o prize.Order, err error) {
	err = h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = h.ReserveTx(ctx, tx, prize.Wish{Key: key, Prize: id, Member: who.Member, Subject: who.ID, At: at})
		return err
	})
	return o, err
}

func (h *house) confirm(o prize.Order, at time.Time) (confirmed prize.Order) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		confirmed, err = h.ConfirmTx(ctx, tx, prize.Act{Order: o.ID, Member: o.Member, Address: "Суздаль, Луговая, 5", At: at})
		return err
	})
	return confirmed
}

func (h *house) cancel(ctx context.Context, o prize.Order, at time.Time) error {
	return h.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		_, err := h.CancelTx(ctx, tx, prize.Act{Order: o.ID, Member: o.Member, At: at})
		return err
	})
}

// stands compares a member's points, free and held, and the stock of a prize.
func (h *house) stands(who int64, id string, free, heldPoints, stock int64, at time.Time) {
	h.Helper()
	b, err := ledger.BalanceOf(h.Context(), h.db, at, who, ledger.Bonus)
	h.must(err)
	left := h.left(id)
	if b.Points != free || b.Held != heldPoints || left != stock {
		h.Errorf("%d free, %d held, %d in stock; want %d, %d, %d", b.Points, b.Held, left, free, heldPoints, stock)
	}
}

func (h *house) left(id string) int64 {
	h.Helper()
	shelves, err := h.Shelves(h.Context(), h.db)
	h.must(err)
	for _, s := range shelves {
		if s.Prize == id {
			return s.Stock
		}
	}
	h.Fatalf("no shelf of %s", id)
	return 0
}

func (h *house) lots(who int64) (all string) {
	h.Helper()
	type lot struct {
		Remaining int64      `db:"remaining"`
		Expires   *time.Time `db:"expires_at"`
	}
	rows, err := storage.Collect[lot](h.Context(), h.db, `select l.remaining, l.expires_at from lot l join account a on a.id = l.account_id where a.member_id = $1 order by l.id`, who)
	h.must(err)
	for _, r := range rows {
		all += fmt.Sprintf("%d to %s; ", r.Remaining, r.Expires.UTC().Format(time.DateOnly))
	}
	return all
}

func (h *house) balanced() {
	h.Helper()
	books, err := ledger.Check(h.Context(), h.db)
	h.must(err)
	if len(books.Breaches) > 0 {
		h.Errorf("the books: %+v", books.Breaches)
	}
}

// TestA45 is scenario A45 of the loyalty model: 500.00 of 700.00, three in stock.
func TestA45(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 300_00, 400_00)
	h.stock("bag", 3)
	lots := h.lots(who.Member)
	o, err := h.reserve(t.Context(), "1", "bag", who, noon)
	h.must(err)
	h.stands(who.Member, "bag", 200_00, 500_00, 2, noon)
	h.must(h.cancel(t.Context(), o, noon))
	h.stands(who.Member, "bag", 700_00, 0, 3, noon)
	o, err = h.reserve(t.Context(), "2", "bag", who, noon)
	h.must(err)
	h.stands(who.Member, "bag", 200_00, 500_00, 2, noon)
	almost := noon.Add(48*time.Hour - time.Second)
	worked, next, err := h.OrderStep(t.Context(), almost)
	if h.must(err); worked || !next.Equal(noon.Add(48*time.Hour)) {
		t.Errorf("a second before its time: worked %t, next at %s", worked, next)
	}
	worked, next, err = h.OrderStep(t.Context(), noon.Add(48*time.Hour))
	if h.must(err); !worked || !next.IsZero() {
		t.Errorf("at its time: worked %t, next at %s", worked, next)
	}
	h.stands(who.Member, "bag", 700_00, 0, 3, noon.Add(48*time.Hour))
	if got := h.lots(who.Member); got != lots {
		t.Errorf("lots are %s, were %s", got, lots)
	}
	if len(h.news) != 1 || h.news[0].Args["state"].Text() != string(prize.Expired) || h.news[0].Subject != who.ID {
		t.Errorf("heard %+v", h.news)
	}
	_, events, err := prize.History(t.Context(), h.db, o.ID)
	if h.must(err); len(events) != 2 || events[1].State != prize.Expired {
		t.Errorf("history: %+v", events)
	}
	h.balanced()
}

// TestA46 is scenario A46: ten members race for the last one.
func TestA46(t *testing.T) {
	t.Parallel()
	for id, prepare := range map[string]func(*house){
		"bag": func(h *house) { h.stock("bag", 1) }, "milk": func(h *house) { h.codes("milk", "MILK-1") },
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			prepare(h)
			var all errgroup.Group
			won, out := make(chan int64, 10), make(chan int64, 10)
			for i := range 10 {
				who := h.meet(fmt.Sprint("m", i), 700_00)
				all.Go(func() error {
					_, err := h.reserve(t.Context(), fmt.Sprint(i), id, who, noon)
					if errors.Is(err, prize.ErrOutOfStock) {
						out <- who.Member
						return nil
					}
					won <- who.Member
					return err
				})
			}
			h.must(all.Wait())
			if len(won) != 1 || len(out) != 9 {
				t.Fatalf("%d orders and %d refusals", len(won), len(out))
			}
			for range 9 {
				h.stands(<-out, id, 700_00, 0, 0, noon)
			}
			h.balanced()
		})
	}
}

// TestTwoTaps: taps on one prize are one order, however they come.
func TestTwoTaps(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 2000_00)
	h.stock("bag", 3)
	var all errgroup.Group
	ids := make(chan int64, 8)
	for i := range 8 {
		all.Go(func() error {
			o, err := h.reserve(t.Context(), fmt.Sprint("tap", i), "bag", who, noon)
			ids <- o.ID
			return err
		})
	}
	h.must(all.Wait())
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Errorf("orders %d and %d", first, id)
		}
	}
	h.stands(who.Member, "bag", 1500_00, 500_00, 2, noon)
}

// TestCode: a code is nobody's until it is confirmed, and its owner's alone then.
func TestCode(t *testing.T) {
	t.Parallel()
	h := open(t)
	if a := h.codes("milk", "MILK-1", " MILK-2 ", "MILK-1"); a != (prize.Added{Added: 2, Known: 1}) {
		t.Errorf("added %+v", a)
	}
	if a := h.codes("milk", "MILK-2"); a != (prize.Added{Known: 1}) {
		t.Errorf("added again: %+v", a)
	}
	who := h.meet("anna", 300_00)
	o, err := h.reserve(t.Context(), "1", "milk", who, noon)
	h.must(err)
	h.stands(who.Member, "milk", 200_00, 100_00, 1, noon)
	h.must(h.cancel(t.Context(), o, noon))
	h.stands(who.Member, "milk", 300_00, 0, 2, noon)
	o, err = h.reserve(t.Context(), "2", "milk", who, noon)
	h.must(err)
	o = h.confirm(o, noon)
	h.confirm(o, noon) // twice is once
	h.stands(who.Member, "milk", 200_00, 0, 1, noon)
	own, err := h.Own(t.Context(), h.db, who.Member, 0)
	if h.must(err); own.Code != "MILK-1" || own.State != prize.CodeIssued {
		t.Errorf("own %+v", own)
	}
	if err := h.cancel(t.Context(), o, noon); err == nil {
		t.Error("a code that was shown is taken back")
	}
	if _, err := h.reserve(t.Context(), "3", "milk", who, noon); !errors.Is(err, prize.ErrLimit) {
		t.Errorf("a second one in a month: %v", err)
	}
	if _, err := h.reserve(t.Context(), "4", "milk", who, noon.AddDate(0, 1, 0).Add(-time.Hour)); err == nil {
		h.stands(who.Member, "milk", 100_00, 100_00, 0, noon.AddDate(0, 1, 0).Add(-time.Hour))
	} else {
		t.Errorf("another month: %v", err)
	}
	h.balanced()
}

// TestRefusals change nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.stock("bag", 1)
	who := h.meet("poor", 499_99)
	_, err := h.reserve(t.Context(), "1", "bag", who, noon)
	if few, ok := errors.AsType[*ledger.Insufficient](err); !ok || few.Available != 499_99 {
		t.Errorf("too few points: %v", err)
	}
	for id, want := range map[string]error{"box": prize.ErrGone, "cow": prize.ErrGone, "nothing": prize.ErrGone, "milk": prize.ErrOutOfStock} {
		if _, err := h.reserve(t.Context(), "2", id, who, noon); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", id, err, want)
		}
	}
	var stranger member.Subject
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		met, err := h.people.SubjectsTx(ctx, tx, noon, chat.Telegram, []string{"stranger"})
		stranger = met[0]
		return err
	})
	if _, err := h.reserve(t.Context(), "3", "bag", stranger, noon); !errors.Is(err, prize.ErrStranger) {
		t.Errorf("a stranger: %v", err)
	}
	h.stands(who.Member, "bag", 499_99, 0, 1, noon)
	err = h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { _, err := h.StockTx(ctx, tx, "bag", -2); return err })
	if !errors.Is(err, prize.ErrNegative) {
		t.Errorf("two of one taken away: %v", err)
	}
}

// TestDesk: the shopper's code is taken once, and wrong ones are counted.
func TestDesk(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 1100_00)
	h.stock("bag", 2)
	hand := func(code string) (right bool, err error) {
		err = h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, right, err = h.HandOverTx(ctx, tx, code, prize.Act{At: noon})
			return err
		})
		return right, err
	}
	o, err := h.reserve(t.Context(), "1", "bag", who, noon)
	h.must(err)
	h.confirm(o, noon)
	own, err := h.Own(t.Context(), h.db, who.Member, o.ID)
	h.must(err)
	if right, err := hand(fmt.Sprintf("%d-nothing", o.ID)); right || err != nil {
		t.Errorf("a wrong code: %t, %v", right, err)
	}
	h.stands(who.Member, "bag", 600_00, 500_00, 1, noon)
	if right, err := hand(" " + own.Code + " "); !right || err != nil {
		t.Errorf("the code: %t, %v", right, err)
	}
	h.stands(who.Member, "bag", 600_00, 0, 1, noon)
	if _, err := hand(own.Code); err == nil {
		t.Error("handed over twice")
	}
	o, err = h.reserve(t.Context(), "2", "bag", who, noon)
	h.must(err)
	h.confirm(o, noon)
	for range prize.MaxTries {
		if right, err := hand(fmt.Sprintf("%d-x", o.ID)); right || err != nil {
			t.Fatalf("a wrong code: %t, %v", right, err)
		}
	}
	own, err = h.Own(t.Context(), h.db, who.Member, o.ID)
	h.must(err)
	if _, err := hand(own.Code); !errors.Is(err, prize.ErrLocked) {
		t.Errorf("after %d wrong codes: %v", prize.MaxTries, err)
	}
	h.balanced()
}

// TestParcel goes its way, and its address is sealed.
func TestParcel(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 100_00)
	h.stock("box", 1)
	var o prize.Order
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = h.ReserveTx(ctx, tx, prize.Wish{Key: "1", Prize: "box", Member: who.Member, Subject: who.ID, Segments: []string{"родители"}, At: noon})
		return err
	})
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := h.ConfirmTx(ctx, tx, prize.Act{Order: o.ID, At: noon})
		return err
	})
	if !errors.Is(err, prize.ErrNoAddress) {
		t.Errorf("a parcel to nowhere: %v", err)
	}
	h.confirm(o, noon)
	address, err := h.Address(t.Context(), h.db, o.ID)
	if h.must(err); address != "Суздаль, Луговая, 5" {
		t.Errorf("goes to %q", address)
	}
	stored, err := storage.Value[[]byte](t.Context(), h.db, `select address from prize_order where id = $1`, o.ID)
	if h.must(err); strings.Contains(string(stored), "Суздаль") {
		t.Error("the address is readable in the database")
	}
	h.stands(who.Member, "box", 0, 100_00, 0, noon)
	act := prize.Act{Order: o.ID, Staff: 0, At: noon}
	h.tx(func(ctx context.Context, tx storage.Tx) error { _, err := h.ShipTx(ctx, tx, act); return err })
	h.stands(who.Member, "box", 0, 0, 0, noon)
	h.tx(func(ctx context.Context, tx storage.Tx) error { _, err := h.DeliverTx(ctx, tx, act); return err })
	if err := h.cancel(t.Context(), o, noon); err == nil {
		t.Error("a parcel that has come is cancelled")
	}
	h.balanced()
}

// TestSuspended: nothing leaves us for a member who is suspended, and nothing is lost.
func TestSuspended(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 1000_00)
	h.stock("bag", 1)
	h.codes("milk", "MILK-1")
	milk, err := h.reserve(t.Context(), "1", "milk", who, noon)
	h.must(err)
	bag, err := h.reserve(t.Context(), "2", "bag", who, noon)
	h.must(err)
	h.confirm(bag, noon)
	own, err := h.Own(t.Context(), h.db, who.Member, bag.ID)
	h.must(err)
	_, err = h.db.Exec(t.Context(), `update member set suspended_at = $2 where id = $1`, who.Member, noon)
	h.must(err)
	for what, do := range map[string]func(ctx context.Context, tx storage.Tx) error{
		"reserved": func(ctx context.Context, tx storage.Tx) error {
			_, err := h.ReserveTx(ctx, tx, prize.Wish{Key: "3", Prize: "milk", Member: who.Member, At: noon.Add(50 * time.Hour)})
			return err
		},
		"confirmed": func(ctx context.Context, tx storage.Tx) error {
			_, err := h.ConfirmTx(ctx, tx, prize.Act{Order: milk.ID, Member: who.Member, At: noon})
			return err
		},
		"handed over": func(ctx context.Context, tx storage.Tx) error {
			_, _, err := h.HandOverTx(ctx, tx, own.Code, prize.Act{At: noon})
			return err
		},
	} {
		if err := h.db.InTx(t.Context(), do); !errors.Is(err, prize.ErrSuspended) {
			t.Errorf("%s: %v", what, err)
		}
	}
	h.stands(who.Member, "bag", 400_00, 600_00, 0, noon)
}

// TestLimitedCard reserves nothing, and holds nothing for it; opened, it does.
func TestLimitedCard(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 1000_00)
	h.stock("bag", 1)
	_, err := h.db.Exec(t.Context(), `insert into card (number, type, member_id, status, at, changed_at) values ('k1', 'c', $1, 'limited', $2, $2)`, who.Member, noon)
	h.must(err)
	if _, err := h.reserve(t.Context(), "1", "bag", who, noon); !errors.Is(err, prize.ErrSuspended) {
		t.Errorf("reserved on a limited card: %v", err)
	}
	h.stands(who.Member, "bag", 1000_00, 0, 1, noon)
	_, err = h.db.Exec(t.Context(), `update card set status = 'active'`)
	h.must(err)
	_, err = h.reserve(t.Context(), "1", "bag", who, noon)
	h.must(err)
}

// TestPriceOfStars: five stars are five, however many digits bonuses have.
func TestPriceOfStars(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna")
	h.stock("badge", 1)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: "stars", Member: who.Member, Currency: "star", Amount: 7, At: noon})
	})
	o, err := h.reserve(t.Context(), "1", "badge", who, noon)
	h.must(err)
	b, err := ledger.BalanceOf(t.Context(), h.db, noon, who.Member, "star")
	if h.must(err); o.Price != 5 || b.Points != 2 || b.Held != 5 {
		t.Errorf("the badge costs %d: %+v", o.Price, b)
	}
}

// TestAnotherAddress: nobody is told that a second address was written down when the
// parcel goes to the first one.
func TestAnotherAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.meet("anna", 300_00)
	h.stock("box", 1)
	var o prize.Order
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = h.ReserveTx(ctx, tx, prize.Wish{Key: "1", Prize: "box", Member: who.Member, Subject: who.ID, Desk: true, At: noon})
		return err
	})
	h.confirm(o, noon)
	h.confirm(o, noon) // twice is once
	err := h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := h.ConfirmTx(ctx, tx, prize.Act{Order: o.ID, Member: who.Member, Address: "Москва, Арбат, 1", At: noon})
		return err
	})
	if state, refused := errors.AsType[*prize.StateError](err); !refused || state.State != prize.Picking {
		t.Errorf("another address: %v", err)
	}
	if address, err := h.Address(t.Context(), h.db, o.ID); err != nil || address != "Суздаль, Луговая, 5" {
		t.Errorf("it goes to %q, %v", address, err)
	}
}
