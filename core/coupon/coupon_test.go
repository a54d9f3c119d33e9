package coupon_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/coupon"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var (
	moscow = time.FixedZone("MSK", 3*60*60)
	noon   = time.Date(2019, 8, 3, 12, 0, 0, 0, moscow)
)

// terms of F-OZ, the draw of a mall: loyalty-model 3.4 (a).
var terms = map[string]coupon.Terms{
	"mall":    {Entitled: every(1000_00), Most: 50},
	"hyper":   {Entitled: every(2000_00), Most: 10},
	"jewelry": {Entitled: every(5000_00), Most: 50},
	"plain":   {Entitled: every(1000_00), Most: 1000},
	"daily":   {Entitled: func(sum int64) int64 { return min(10, sum/1000_00) }, Most: 1000},
	"":        {Most: 50},
}

func every(step int64) func(int64) int64 { return func(sum int64) int64 { return sum / step } }

// service counts version 1 by terms; version 2 asks for twice as much.
var service = coupon.Service{Terms: func(_ context.Context, _ storage.Querier, all []coupon.Origin) ([]coupon.Terms, error) {
	found := make([]coupon.Terms, len(all))
	for i, of := range all {
		var err error
		if found[i], err = counted(of.Pool, of.Version); err != nil {
			return nil, err
		}
	}
	return found, nil
}}

func counted(pool string, version int) (coupon.Terms, error) {
	t, ok := terms[pool]
	if !ok {
		return t, fmt.Errorf("no pool is called %s", pool)
	}
	if version == 2 {
		one := t.Entitled
		t.Entitled = func(sum int64) int64 { return one(sum / 2) }
	}
	return t, nil
}

// mall is the draw on a real database.
type mall struct {
	t   rapid.TB
	ctx context.Context
	db  *storage.DB
}

func open(t *testing.T) *mall {
	m := &mall{t: t, ctx: t.Context(), db: storagetest.DB(t)}
	m.exec(`insert into campaign (id, state) values ('oz', 'draft'), ('other', 'draft')`)
	return m
}

func (m *mall) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *mall) exec(sql string, args ...any) {
	m.t.Helper()
	_, err := m.db.Exec(m.ctx, sql, args...)
	m.must(err)
}

func value[T any](m *mall, sql string, args ...any) T {
	m.t.Helper()
	v, err := storage.Value[T](m.ctx, m.db, sql, args...)
	m.must(err)
	return v
}

func (m *mall) member() int64 {
	m.t.Helper()
	return value[int64](m, `insert into member (created_at) values ($1) returning id`, noon)
}

func (m *mall) receipt(member int64, bought time.Time, sum int64) int64 {
	m.t.Helper()
	return value[int64](m, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		select 'fn', coalesce(max(id), 0) + 1, floor(random() * 1e9), 1, $1::timestamptz at time zone 'Europe/Moscow', 'Europe/Moscow', $1, $2, $3, 'credited', $1, $1 from receipt returning id`,
		bought, sum, member)
}

// purchase is one receipt for a pool.
type purchase struct {
	campaign string
	version  int
	pool     string
	member   int64
	receipt  int64
	bought   time.Time
	sum      int64
}

func (p purchase) key() string { return fmt.Sprintf("receipt/%d/%s/%s", p.receipt, p.campaign, p.pool) }

func (m *mall) add(p purchase) coupon.Issued {
	m.t.Helper()
	issued, err := m.tryAdd(p)
	m.must(err)
	return issued
}

func (m *mall) tryAdd(p purchase) (issued coupon.Issued, err error) {
	version := max(1, p.version)
	t, err := counted(p.pool, version)
	if err != nil {
		return issued, err
	}
	err = m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		issued, err = service.AddTx(ctx, tx, noon, coupon.Addition{
			Key: p.key(), Campaign: p.campaign, Version: version, Pool: p.pool, Window: p.bought.In(moscow).Format(time.DateOnly),
			Member: p.member, Receipt: p.receipt, Sum: p.sum, Terms: t,
		})
		return err
	})
	return issued, err
}

// buy is a receipt of the first campaign, by noon of its first day.
func (m *mall) buy(member int64, pool string, sum int64) (coupon.Issued, purchase) {
	m.t.Helper()
	p := purchase{campaign: "oz", pool: pool, member: member, receipt: m.receipt(member, noon, sum), bought: noon, sum: sum}
	return m.add(p), p
}

func (m *mall) lower(p purchase, sum int64) []int64 {
	m.t.Helper()
	var lowered coupon.Lowered
	m.must(m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		lowered, err = service.LowerTx(ctx, tx, noon, coupon.Lowering{Key: p.key(), Sum: sum, Reason: "refund"})
		return err
	}))
	return lowered.Void
}

func (m *mall) revoke(receipt int64) []int64 {
	m.t.Helper()
	var lowered coupon.Lowered
	m.must(m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		lowered, err = service.RevokeTx(ctx, tx, noon, receipt, "fraud")
		return err
	}))
	return lowered.Void
}

func (m *mall) merge(from, into int64) {
	m.t.Helper()
	m.must(m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, `update receipt set member_id = $2 where member_id = $1`, from, into); err != nil { // as member.MergeTx does
			return err
		}
		return service.MergeTx(ctx, tx, noon, from, into)
	}))
}

func (m *mall) void(id int64) error {
	return m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
		return coupon.VoidTx(ctx, tx, noon, id, "won by a cashier")
	})
}

// books fails the test unless every pool is what its receipts say.
func (m *mall) books() {
	m.t.Helper()
	report, err := service.Check(m.ctx, m.db)
	m.must(err)
	if len(report.Breaches) > 0 {
		m.t.Fatalf("books: %+v", report.Breaches)
	}
}

// live is the numbers of a member that count, ascending.
func (m *mall) live(member int64) (list []int64) {
	m.t.Helper()
	all, err := coupon.OfMember(m.ctx, m.db, member, 0, 10_000)
	m.must(err)
	for _, c := range all {
		if c.State == coupon.Live {
			list = append(list, c.Number)
		}
	}
	slices.Sort(list)
	return list
}

func numbers(from, to int64) (list []int64) {
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list
}

func (m *mall) same(what string, got, want any) {
	m.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		m.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A5: 1,700.00 brings one coupon; 1700 - 1*1000 = 700 are over.
func TestA5OneReceipt(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	issued, p := m.buy(anna, "mall", 1700_00)
	m.same("issued", issued, coupon.Issued{Numbers: []int64{1}, Sum: 1700_00})
	m.same("again", m.add(p), issued)
	m.same("over", issued.Sum-int64(len(issued.Numbers))*1000_00, int64(700_00))
	m.books()
}

// A18, A19: fashion and shoes 1,700 + 400 = 2,100 are in one pool and make 2; hyper
// 4,300 / 2,000 makes 2, jewelry 12,000 / 5,000 makes 2: 6 in all, in whatever order.
func TestA18InAnyOrder(t *testing.T) {
	t.Parallel()
	m := open(t)
	visits := []struct {
		pool string
		sum  int64
	}{{"mall", 1700_00}, {"mall", 400_00}, {"hyper", 4300_00}, {"jewelry", 12_000_00}}
	for _, order := range permutations(4) {
		anna, total, brought := m.member(), 0, make([]int, 4)
		for _, i := range order {
			issued, _ := m.buy(anna, visits[i].pool, visits[i].sum)
			brought[i] = len(issued.Numbers)
			total += brought[i]
		}
		if total != 6 {
			t.Errorf("in the order %v: %d coupons", order, total)
		}
		if slices.IsSorted(order) {
			m.same("of each", brought, []int{1, 1, 2, 2})
		}
		type pool struct{ Name, Over string }
		pools, err := storage.Collect[pool](m.ctx, m.db, `select name, (sum - live * case name when 'mall' then 100000 when 'hyper' then 200000 else 500000 end)::text as over
			from coupon_pool where member_id = $1 order by name`, anna)
		m.must(err)
		m.same("over", pools, []pool{{"hyper", "30000"}, {"jewelry", "200000"}, {"mall", "10000"}})
	}
	m.books()
}

func permutations(n int) (all [][]int) {
	if n == 0 {
		return [][]int{nil}
	}
	for _, shorter := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), at, n-1))
		}
	}
	return all
}

// A20: 3,500 makes 3; 123,500 would make 123, of the other 120 a receipt may bring 50.
func TestA20CapForfeits(t *testing.T) {
	t.Parallel()
	m := open(t)
	for name, tt := range map[string]struct {
		refund func(first, second purchase)
		live   []int // how many are left of the first 3 and of the other 50
	}{
		"kept":                                   {func(_, _ purchase) {}, []int{3, 50}},
		"the big one is returned":                {func(_, second purchase) { m.revoke(second.receipt) }, []int{3, 0}},
		"half of the big one, forfeited already": {func(_, second purchase) { m.lower(second, 60_000_00) }, []int{3, 50}},
		"all but 20,000 of it":                   {func(_, second purchase) { m.lower(second, 20_000_00) }, []int{3, 20}},
		"the small one, the newest go":           {func(first, _ purchase) { m.revoke(first.receipt) }, []int{3, 47}},
		"both":                                   {func(first, second purchase) { m.revoke(first.receipt); m.revoke(second.receipt) }, []int{0, 0}},
	} {
		anna := m.member()
		one, first := m.buy(anna, "mall", 3500_00)
		two, second := m.buy(anna, "mall", 120_000_00)
		m.same("issued", []int{len(one.Numbers), len(two.Numbers), int(two.Forfeited)}, []int{3, 50, 70})
		tt.refund(first, second)
		var left []int
		for _, from := range [][]int64{one.Numbers, two.Numbers} {
			left = append(left, len(slices.DeleteFunc(m.live(anna), func(n int64) bool { return !slices.Contains(from, n) })))
		}
		m.same(name, left, tt.live)
		m.books()
	}
}

// A21: what was over yesterday, and before midnight of the campaign's zone, is no part
// of today.
func TestA21DaysAreApart(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	midnight := time.Date(2019, 8, 4, 0, 0, 0, 0, moscow)
	for _, visit := range []struct {
		bought time.Time
		sum    int64
		want   int
	}{{midnight.Add(-time.Second), 1100_00, 1}, {midnight, 900_00, 0}, {midnight.Add(time.Hour), 100_00, 1}} {
		p := purchase{campaign: "oz", pool: "mall", member: anna, receipt: m.receipt(anna, visit.bought, visit.sum), bought: visit.bought, sum: visit.sum}
		if issued := m.add(p); len(issued.Numbers) != visit.want {
			t.Errorf("%s: %d coupons, want %d", visit.bought, len(issued.Numbers), visit.want)
		}
	}
	m.books()
}

// Numbers do not come back, whatever becomes of the coupons.
func TestNumbersAreNeverGivenAgain(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	_, first := m.buy(anna, "plain", 3000_00)
	m.same("void", m.lower(first, 1500_00), []int64{2, 3})
	m.same("again", m.lower(first, 1500_00), []int64(nil))
	m.same("no raise", m.lower(first, 2500_00), []int64(nil))
	second, p := m.buy(anna, "plain", 1600_00)
	m.same("after it", second.Numbers, []int64{4, 5})
	other := m.add(purchase{campaign: "other", pool: "plain", member: anna, receipt: p.receipt, bought: noon, sum: 2000_00})
	m.same("of the other campaign", other.Numbers, []int64{1, 2})
	m.same("revoked in both", m.revoke(p.receipt), []int64{1, 2, 4, 5})
	m.same("revoked again", m.revoke(p.receipt), []int64(nil))
	m.same("live", m.live(anna), []int64{1})
	m.books()
}

// Coupons that nothing is added up for: a visit to the cinema makes one, whatever else
// the day brings, and a receipt that counts by pieces is refunded by pieces.
func TestNothingIsAddedUp(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	m.buy(anna, "", 1)
	issued, p := m.buy(anna, "", 4)
	m.same("by pieces", issued, coupon.Issued{Numbers: numbers(2, 5), Sum: 4})
	m.same("a piece back", m.lower(p, 3), []int64{5})
	if report, err := (coupon.Service{}).Check(m.ctx, m.db); err != nil || len(report.Breaches) > 0 {
		t.Errorf("books: %+v, %v", report.Breaches, err)
	}
}

// A campaign that decides by what it holds decides the same as is done then.
func TestHeldPoolsStay(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	m.buy(anna, "mall", 60_500_00)
	receipt := m.receipt(anna, noon, 500_00)
	key := coupon.Key{Campaign: "oz", Pool: "mall", Window: "2019-08-03"}
	m.crowd(8, func(int) error {
		return m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
			held, err := coupon.HoldTx(ctx, tx, anna, []coupon.Key{key, {Campaign: "oz", Pool: "hyper", Window: "2019-08-03"}, key})
			if err != nil {
				return err
			}
			had := held[key]
			issued, err := service.AddTx(ctx, tx, noon, coupon.Addition{
				Key: fmt.Sprintf("visit/%d", had.Sum), Campaign: "oz", Version: 1, Pool: "mall", Window: key.Window,
				Member: anna, Receipt: receipt, Sum: 500_00, Terms: terms["mall"],
			})
			if want := (had.Sum+500_00)/1000_00 - had.Live - had.Forfeited; err == nil && int64(len(issued.Numbers)) != want {
				return fmt.Errorf("with %+v before, %d coupons instead of %d", had, len(issued.Numbers), want)
			}
			return err
		})
	})
	m.same("live", len(m.live(anna)), 50+4) // 64,500 make 64, of the first 60 one receipt may bring 50
	m.books()
}

// Terms that ask for more than those before take nothing back, and count what the sum
// has over.
func TestNewVersionTakesNothingBack(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	_, first := m.buy(anna, "plain", 3900_00) // 3 by a thousand
	add := func(sum int64) (coupon.Issued, purchase) {
		p := purchase{campaign: "oz", version: 2, pool: "plain", member: anna, receipt: m.receipt(anna, noon, sum), bought: noon, sum: sum}
		return m.add(p), p
	}
	issued, second := add(3100_00)
	m.same("7,000 by two thousand", issued.Numbers, []int64{})
	issued, _ = add(1000_00)
	m.same("8,000 by two thousand", issued.Numbers, []int64{4})
	m.books()
	m.revoke(second.receipt)
	m.same("4,900 make 3 of before", m.live(anna), numbers(1, 3))
	m.revoke(first.receipt)
	m.same("1,000 by two thousand", m.live(anna), []int64(nil))
	m.books()
}

func TestJoinedMembers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pool string
		a, b []int64 // sums
		live int
	}{
		"remainders make one together": {"plain", []int64{1700_00}, []int64{300_00}, 2},
		"remainders make none":         {"plain", []int64{1700_00}, []int64{1200_00}, 2},
		"one has nothing there":        {"plain", []int64{1700_00}, nil, 1},
		"no summing":                   {"", []int64{1}, []int64{1, 2}, 4},
		"the formula counts a person":  {"daily", []int64{9000_00}, []int64{8000_00}, 10},
		"the last receipt is full":     {"mall", []int64{1900_00}, []int64{50_900_00}, 51},
	} {
		for _, turn := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", name, turn), func(t *testing.T) {
				t.Parallel()
				m := open(t)
				anna, ann := m.member(), m.member()
				for _, sum := range tt.a {
					m.buy(anna, tt.pool, sum)
				}
				for _, sum := range tt.b {
					m.buy(ann, tt.pool, sum)
				}
				from, into := ann, anna
				if turn {
					from, into = anna, ann
				}
				for range 2 {
					m.merge(from, into)
					m.same("left behind", m.live(from), []int64(nil))
					m.same("live", len(m.live(into)), tt.live)
					m.books()
				}
				_, p := m.buy(into, tt.pool, 1000)
				m.revoke(p.receipt)
				m.books()
			})
		}
	}
}

// A coupon that a person made void is forfeited: no other one comes in its place, and
// a refund takes it first.
func TestVoidByHand(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	_, p := m.buy(anna, "plain", 3000_00)
	all, err := coupon.OfMember(m.ctx, m.db, anna, 0, 10)
	m.must(err)
	m.must(m.void(all[1].ID))
	m.books()
	if err := m.void(all[1].ID); !errors.Is(err, coupon.ErrVoid) {
		t.Errorf("void twice: %v", err)
	}
	if err := m.void(1 << 40); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("void of none: %v", err)
	}
	m.same("live", m.live(anna), []int64{1, 3})
	issued, _ := m.buy(anna, "plain", 500_00)
	m.same("nothing in its place", issued.Numbers, []int64{})
	m.same("a refund of it", m.lower(p, 2000_00), []int64(nil))
	m.same("a refund of more", m.lower(p, 1000_00), []int64{3})
	got, err := coupon.Get(m.ctx, m.db, all[1].ID)
	m.must(err)
	m.same("reason", got.Reason, "won by a cashier")
	m.books()
}

func TestRefusesNonsense(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	good := coupon.Addition{
		Key: "k", Campaign: "oz", Version: 1, Pool: "plain", Window: "2019-08-03",
		Member: anna, Receipt: m.receipt(anna, noon, 1), Sum: 1, Terms: terms["plain"],
	}
	for name, spoil := range map[string]func(a *coupon.Addition){
		"no key": func(a *coupon.Addition) { a.Key = "" }, "no sum": func(a *coupon.Addition) { a.Sum = 0 },
		"below zero": func(a *coupon.Addition) { a.Sum = -1 }, "no formula": func(a *coupon.Addition) { a.Entitled = nil },
		"no campaign": func(a *coupon.Addition) { a.Campaign, a.Sum = "none", 5000_00 },
	} {
		a := good
		spoil(&a)
		err := m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
			_, err := service.AddTx(ctx, tx, noon, a)
			return err
		})
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	wild := good
	wild.Entitled, wild.Most, wild.Sum = func(sum int64) int64 { return sum }, 1<<40, 1<<40
	m.must(m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) error {
		issued, err := service.AddTx(ctx, tx, noon, wild)
		if len(issued.Numbers) != coupon.MaxAtOnce || issued.Forfeited != 1<<40-coupon.MaxAtOnce {
			t.Errorf("a formula with a slip brought %d, %d forfeited", len(issued.Numbers), issued.Forfeited)
		}
		return err
	}))
	if _, err := (coupon.Service{}).Check(m.ctx, m.db); err == nil {
		t.Error("coupons without terms were found right")
	}
}
