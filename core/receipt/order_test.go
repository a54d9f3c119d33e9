package receipt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/coupon"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/core/topup"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// mall is everything that crediting shares with others, on a database of its own:
// budgets, pools, coupons, two prizes, points, the staff's log.
type mall struct {
	db       *storage.DB
	receipts *receipt.Service
	prizes   *prize.Service
	topUps   *topup.Service
	members  []int64
	paid     []int64 // receipts, verified when it opens
	staff    int64
}

// Campaigns a and b give prizes that stand the other way round by name; every third
// receipt wins both.
var mallCampaigns = map[string]string{
	"a": "when: receipt.total >= 300\nreward: { gift: zebra, else: { fixed: 30, ttl: P6M } }\n",
	"b": "when: receipt.total >= 300\nreward: { gift: ant }\n",
	"c": "reward: { percent: 5, ttl: P6M }\nlimits:\n  - { what: accrual, max: 100000, of: campaign }\n",
	"d": "reward: { fixed: 3, ttl: P6M }\nlimits:\n  - { what: accrual, max: 100, of: campaign }\n  - { what: accrual, max: 500, per: day }\n",
	"e": "pools: { all: { window: campaign } }\nreward: { coupons: { pool: all, count: floor(pool.sum / 100) } }\n",
	"f": "reward: { coupons: 2 }\n",

	"aa": "reward: { fixed: 1, currency: star, ttl: P6M }\n", // by its key before the bonuses, by its account behind them
}

const mallPrizes = `prizes:
  ant: { name: Муравей, price: 1, delivery: desk }
  zebra: { name: Зебра, price: 1, delivery: desk }
`

func openMall(ctx context.Context, t *testing.T, db *storage.DB, members, receipts int) *mall {
	t.Helper()
	m := &mall{db: db}
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	goods, problems := showcase.Parse("prizes.yaml", []byte(mallPrizes), time.UTC)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	m.prizes = prize.New(prize.Config{
		DB: db, Keys: keys, Showcase: func() *showcase.Showcase { return goods }, Zone: func() *time.Location { return time.UTC },
		Currency: func() string { return ledger.Bonus }, Scale: func(string) int { return 2 },
		Notify: func(context.Context, storage.Tx, time.Time, prize.Notice) error { return nil },
	})
	campaigns := &campaign.Service{Prizes: m.prizes}
	m.receipts = receipt.New(receipt.Config{
		DB: db, Campaigns: campaigns, Coupons: coupon.Service{Terms: campaigns.CouponTerms}, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Notify: func(context.Context, storage.Tx, time.Time, ...receipt.Notice) error { return nil },
	})
	m.topUps = &topup.Service{
		Members: member.New(db, keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil }),
		Terms: func(string) (topup.Terms, bool) {
			return topup.Terms{Scale: 2, Expires: func(time.Time) time.Time { return time.Time{} }}, true
		},
		Notify: func(context.Context, storage.Tx, time.Time, topup.Notice) error { return nil },
	}
	if err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error { return m.fill(ctx, tx, campaigns, members, receipts) }); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *mall) fill(ctx context.Context, tx storage.Tx, campaigns *campaign.Service, members, receipts int) error {
	var sources []campaign.Source
	for id, text := range mallCampaigns {
		sources = append(sources, campaign.Source{ID: id, File: "campaigns/" + id + ".yaml", Text: []byte("campaign: " + id + "\nname: " + id + "\nperiod: {from: 2026-01-01}\n" + text)})
	}
	terms := rules.Terms{Zone: time.UTC, Prizes: []string{"ant", "zebra"}, Currencies: map[string]int{ledger.Bonus: 2, "star": 0}, Scope: expr.Scope{}}
	if err := campaigns.PublishTx(ctx, tx, noon.AddDate(0, 0, -1), terms, sources); err != nil {
		return err
	}
	var err error
	if m.staff, err = storage.Value[int64](ctx, tx, "insert into staff (name, roles, created_at) values ('A', '{organiser}', $1) returning id", noon); err != nil {
		return err
	}
	for range members {
		id, err := storage.Value[int64](ctx, tx, "insert into member (created_at, registered_at) values ($1, $1) returning id", noon)
		if err != nil {
			return err
		}
		m.members = append(m.members, id)
	}
	for n := range receipts {
		sum := int64(100_00 * (1 + n%3))
		contents := fiscal.Receipt{FN: "9289000100000001", FD: int64(n) + 1, FP: 1, Operation: 1, Time: fiscal.Stamp{Local: fiscal.CivilAt(noon)}, Total: sum, Lines: []fiscal.Line{
			{Name: "a", Price: sum - 50_00, Quantity: 1_000_000, Sum: sum - 50_00}, {Name: "b", Price: 50_00, Quantity: 1_000_000, Sum: 50_00},
		}}
		id, err := storage.Value[int64](ctx, tx, qMallReceipt, n, noon, sum, m.members[n%members], contents)
		if err != nil {
			return err
		}
		m.paid = append(m.paid, id)
	}
	if _, err := tx.Exec(ctx, "insert into member_stat (member_id, checking) select member_id, count(*) from receipt group by 1"); err != nil {
		return err
	}
	for _, p := range []string{"ant", "zebra"} {
		if _, err := m.prizes.StockTx(ctx, tx, p, int64(receipts/4)); err != nil {
			return err
		}
	}
	return nil
}

const qMallReceipt = `
insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at, due_at, contents)
values ('9289000100000001', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2, $3, $4, 'verified', $2, $2, $2, $5) returning id`

// Receipts are credited, refunded and revoked, prizes reserved and cancelled, files of points given
// and acts of staff logged, all at once: nobody ever waits in a circle, and everything is
// exact in the end. That it counts circles at all is in TestCirclesAreCounted.
func TestNobodyWaitsInACircle(t *testing.T) {
	t.Parallel()
	dsn, ctx := storagetest.DSN(t), t.Context()
	db, err := storage.Open(ctx, dsn, 24)
	if err != nil {
		t.Fatal(err)
	}
	m := openMall(ctx, t, db, 40, 360)
	working, done := context.WithCancel(ctx)
	var credited, others errgroup.Group
	for range 3 {
		credited.Go(func() error {
			for worked := true; worked; {
				var err error
				if worked, _, err = m.receipts.CreditStep(ctx, noon.Add(time.Hour)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for n, do := range []func(context.Context, *rand.Rand, int) error{m.revoke, m.refund, m.refund, m.refund, m.shop, m.shop, m.file, m.act} {
		others.Go(func() error {
			chance := rand.New(rand.NewPCG(uint64(n), 1))
			for i := 0; working.Err() == nil || i < 100; i++ {
				if err := do(ctx, chance, n<<32|i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := credited.Wait(); err != nil {
		t.Error(err)
	}
	done()
	if err := others.Wait(); err != nil {
		t.Error(err)
	}
	for worked := true; worked; { // what somebody had in hand when the others found nothing to do
		if worked, _, err = m.receipts.CreditStep(ctx, noon.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	m.exact(ctx, t)
	db.Close()
	if n := circles(ctx, t, dsn); n > 0 {
		t.Errorf("the server has had to end %d circles of waiting", n)
	}
}

// revoke takes a receipt back as staff do: with a line in their log.
func (m *mall) revoke(ctx context.Context, chance *rand.Rand, _ int) error {
	id := m.paid[chance.IntN(len(m.paid))]
	err := m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := m.receipts.RevokeTx(ctx, tx, noon.Add(time.Hour), receipt.Revocation{Receipt: id, Reason: receipt.Fraud, Staff: m.staff}); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, noon, staff.Act{Staff: m.staff, Act: "receipts.revoke", Object: fmt.Sprintf("receipt/%d", id)})
	})
	if errors.Is(err, receipt.ErrNotCredited) {
		return nil
	}
	return err
}

// refund takes goods off a receipt, or all of it.
func (m *mall) refund(ctx context.Context, chance *rand.Rand, n int) error {
	r := receipt.Refunding{Receipt: m.paid[chance.IntN(len(m.paid))], Key: fmt.Sprint(n), Staff: m.staff, Reason: "x"}
	if r.Whole = chance.IntN(3) == 0; !r.Whole {
		r.Lines = []receipt.Returned{{Line: chance.IntN(2)}}
	}
	err := m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := m.receipts.RefundTx(ctx, tx, noon.Add(time.Hour), r); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, noon, staff.Act{Staff: m.staff, Act: "receipts.refund", Object: fmt.Sprintf("receipt/%d", r.Receipt)})
	})
	if _, gone := errors.AsType[*receipt.LineError](err); gone || errors.Is(err, receipt.ErrNotCredited) || errors.Is(err, receipt.ErrNothingLeft) {
		return nil
	}
	return err
}

// shop reserves a prize and gives it back.
func (m *mall) shop(ctx context.Context, chance *rand.Rand, n int) error {
	var o prize.Order
	err := m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = m.prizes.ReserveTx(ctx, tx, prize.Wish{
			Key: fmt.Sprint("shop/", n), Prize: []string{"ant", "zebra"}[chance.IntN(2)], Member: m.members[chance.IntN(len(m.members))], Desk: true, At: noon,
		})
		return err
	})
	if _, few := errors.AsType[*ledger.Insufficient](err); few || errors.Is(err, prize.ErrOutOfStock) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		_, err := m.prizes.CancelTx(ctx, tx, prize.Act{Order: o.ID, At: noon})
		return err
	})
}

// file gives points by a file whose lines come in any order.
func (m *mall) file(ctx context.Context, chance *rand.Rand, n int) error {
	f := topup.File{Hash: fmt.Sprint(n)}
	for line, i := range chance.Perm(len(m.members))[:20] {
		f.Lines = append(f.Lines,
			topup.Line{At: source.Pos{Line: 2 * line}, Member: m.members[i], Currency: ledger.Bonus, Amount: 5},
			topup.Line{At: source.Pos{Line: 2*line + 1}, Member: m.members[i], Currency: "star", Amount: 1})
	}
	return m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		fresh, err := m.topUps.LinesTx(ctx, tx, noon, f, f.Lines, m.staff)
		if err == nil && fresh != len(f.Lines) {
			err = fmt.Errorf("%d of %d lines are new", fresh, len(f.Lines))
		}
		return err
	})
}

// act takes points from a member, with a line in the log.
func (m *mall) act(ctx context.Context, chance *rand.Rand, n int) error {
	return m.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		one := m.members[chance.IntN(len(m.members))]
		if err := ledger.ReverseTx(ctx, tx, ledger.Reversal{Key: fmt.Sprint("act/", n), Member: one, Currency: ledger.Bonus, Amount: 3, At: noon}); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, noon, staff.Act{Staff: m.staff, Act: "points.take", Object: fmt.Sprintf("member/%d", one)})
	})
}

// exact looks at all that was counted.
func (m *mall) exact(ctx context.Context, t *testing.T) {
	t.Helper()
	report, err := ledger.Check(ctx, m.db)
	if err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
	coupons, err := m.receipts.Coupons.Check(ctx, m.db)
	if err != nil || len(coupons.Breaches) > 0 {
		t.Errorf("coupons: %+v, %v", coupons.Breaches, err)
	}
	for what, sql := range mallWrong {
		wrong, err := storage.Value[int64](ctx, m.db, sql, int64(len(m.paid)/4))
		if err != nil || wrong > 0 {
			t.Errorf("%d %s, %v", wrong, what, err)
		}
	}
}

// mallWrong counts what should not be there. Campaign d's budget runs out. What was spent
// or reserved when it should have been taken back stays given, though its budget has it back.
var mallWrong = map[string]string{
	"budgets are more than campaigns have given, or exceeded": `
select count(*) from (` + mallBudgets + `) b where $1::bigint > 0 and (used > 10000000 or campaign_id = 'd' and used > 10000 or used > given)`,
	"kopecks are in no budget, and nobody was short of them": `
select greatest(0, (select sum(given - used) from (` + mallBudgets + `) b) - (select coalesce(sum(short), 0) from revocation)
  - (select coalesce(sum(short), 0) from refund))::bigint where $1::bigint > 0`,
	"prizes are not all there": `
select count(*) from prize p where p.stock + (
  select count(*) from prize_order o where o.prize = p.key and o.state not in ('cancelled', 'expired')) <> $1`,
	"receipts are left": `select count(*) from receipt where $1::bigint > 0 and state = 'verified'`,
}

const mallBudgets = `
select campaign_id, used, (
  select coalesce(sum(-p.amount), 0)::bigint from ledger_tx t join posting p on p.tx_id = t.id join account a on a.id = p.account_id
  where t.campaign_id = c.campaign_id and a.kind = 'issue') as given
from campaign_counter c where kind = 'campaign'`

// circles is how many deadlocks the server has ended in a database that nobody is
// connected to any more.
func circles(ctx context.Context, t *testing.T, dsn string) int64 {
	t.Helper()
	db, err := storage.Open(ctx, dsn, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for {
		others, err := storage.Value[int64](ctx, db, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		if others == 0 { // who leaves has told what they counted
			break
		}
	}
	n, err := storage.Value[int64](ctx, db, "select deadlocks from pg_stat_database where datname = current_database()")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCirclesAreCounted makes a circle, so that a count of none means something.
func TestCirclesAreCounted(t *testing.T) {
	t.Parallel()
	dsn, ctx := storagetest.DSN(t), t.Context()
	db, err := storage.Open(ctx, dsn, 4)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(ctx, "insert into prize (key) values ('ant'), ('zebra')"); err != nil {
		t.Fatal(err)
	}
	var both errgroup.Group
	held := make(chan struct{}, 2)
	for _, order := range [][]string{{"ant", "zebra"}, {"zebra", "ant"}} {
		both.Go(func() error {
			first := true
			return db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
				for i, key := range order {
					if _, err := tx.Exec(ctx, "update prize set stock = stock + 1 where key = $1", key); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						held <- struct{}{}
						for len(held) < 2 { // the other one has its first, too
							if _, err := tx.Exec(ctx, "select"); err != nil {
								return err
							}
						}
					}
				}
				return nil
			})
		})
	}
	if err := both.Wait(); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if n := circles(ctx, t, dsn); n == 0 { // who was thrown out tries again, and may meet the other once more
		t.Error("no circle is counted, one was made")
	}
}
