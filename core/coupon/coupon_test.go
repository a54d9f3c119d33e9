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
	"mall":    {Entitled: every(1000_00), PerReceipt: 50},
	"hyper":   {Entitled: every(2000_00), PerReceipt: 10},
	"jewelry": {Entitled: every(5000_00), PerReceipt: 50},
	"cinema": {PerReceipt: 50, Entitled: func(sum int64) int64 {
		if sum >= 500_00 {
			return 1
		}
		return 0
	}},
	"plain":  {Entitled: every(1000_00)},
	"person": {Entitled: every(1000_00), PerMember: 5},
	"daily":  {Entitled: func(sum int64) int64 { return min(10, sum/1000_00) }},
}

func every(step int64) func(int64) int64 { return func(sum int64) int64 { return sum / step } }

// service counts version 1 by terms; version 2 asks for twice as much.
var service = coupon.Service{Terms: func(_ context.Context, _ storage.Querier, _ string, version int, pool string) (coupon.Terms, error) {
	t, ok := terms[pool]
	if !ok {
		return t, fmt.Errorf("no pool is called %s", pool)
	}
	if version == 2 {
		one := t.Entitled
		t.Entitled = func(sum int64) int64 { return one(sum / 2) }
	}
	return t, nil
}}

// mall is the draw on a real database.
type mall struct {
	t       rapid.TB
	ctx     context.Context
	db      *storage.DB
	windows map[string]coupon.Window // other than by day
}

func open(t *testing.T) *mall {
	m := &mall{t: t, ctx: t.Context(), db: storagetest.DB(t), windows: map[string]coupon.Window{"cinema": coupon.None}}
	m.exec(`insert into campaign (id) values ('oz'), ('other')`)
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
	window := coupon.Day
	if w, ok := m.windows[p.pool]; ok {
		window = w
	}
	version := max(1, p.version)
	t, err := service.Terms(m.ctx, m.db, p.campaign, version, p.pool)
	if err != nil {
		return issued, err
	}
	err = m.db.InTx(m.ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		issued, err = service.AddTx(ctx, tx, noon, coupon.Addition{
			Key: p.key(), Campaign: p.campaign, Version: version, Pool: p.pool, Window: window, Purchased: p.bought, Zone: moscow,
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
		return service.VoidTx(ctx, tx, noon, id, "won by a cashier")
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

func TestWindows(t *testing.T) {
	t.Parallel()
	m := open(t)
	at := func(text string) time.Time {
		when, err := time.ParseInLocation(time.DateTime, text, moscow)
		m.must(err)
		return when
	}
	// 2020-12-31 and 2021-01-03 are of the week 2020-W53; the next day is a Monday.
	days := []time.Time{at("2020-12-31 23:59:59"), at("2021-01-03 23:59:59"), at("2021-01-04 00:00:00"), at("2021-01-31 10:00:00")}
	for window, want := range map[coupon.Window][]int{
		coupon.None:     {0, 0, 0, 0},
		coupon.Day:      {0, 0, 0, 0},
		coupon.Week:     {0, 1, 0, 0},
		coupon.Month:    {0, 0, 1, 0},
		coupon.Campaign: {0, 1, 0, 1},
	} {
		m.windows["plain"] = window
		anna := m.member()
		var got []int
		for _, day := range days {
			p := purchase{campaign: "oz", pool: "plain", member: anna, receipt: m.receipt(anna, day, 600_00), bought: day, sum: 600_00}
			got = append(got, len(m.add(p).Numbers))
		}
		m.same(string(window), got, want)
	}
	m.windows["plain"] = "decade"
	if _, err := m.tryAdd(purchase{campaign: "oz", pool: "plain", member: m.member(), receipt: 1, bought: noon, sum: 1}); err == nil {
		t.Error("a window that is none was taken")
	}
}

// Numbers do not come back, whatever becomes of the coupons.
func TestNumbersAreNeverGivenAgain(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	_, first := m.buy(anna, "plain", 3000_00)
	m.same("void", m.lower(first, 1500_00), []int64{3, 2})
	m.same("again", m.lower(first, 1500_00), []int64(nil))
	m.same("no raise", m.lower(first, 2500_00), []int64(nil))
	second, p := m.buy(anna, "plain", 1600_00)
	m.same("after it", second.Numbers, []int64{4, 5})
	other := m.add(purchase{campaign: "other", pool: "plain", member: anna, receipt: p.receipt, bought: noon, sum: 2000_00})
	m.same("of the other campaign", other.Numbers, []int64{1, 2})
	m.same("revoked in both", m.revoke(p.receipt), []int64{5, 4, 2, 1})
	m.same("revoked again", m.revoke(p.receipt), []int64(nil))
	m.same("live", m.live(anna), []int64{1})
	m.books()
}

func TestMemberCap(t *testing.T) {
	t.Parallel()
	m := open(t)
	m.windows["person"] = coupon.None
	anna := m.member()
	issued, p := m.buy(anna, "person", 3000_00)
	m.same("within", issued.Numbers, []int64{1, 2, 3})
	issued, _ = m.buy(anna, "person", 3000_00)
	m.same("cut", issued, coupon.Issued{Numbers: []int64{4, 5}, Forfeited: 1, Sum: 3000_00})
	issued, _ = m.buy(anna, "person", 3000_00)
	m.same("full", issued, coupon.Issued{Numbers: []int64{}, Forfeited: 3, Sum: 3000_00})
	m.revoke(p.receipt)
	issued, _ = m.buy(anna, "person", 9000_00)
	m.same("room again", issued, coupon.Issued{Numbers: []int64{6, 7, 8}, Forfeited: 6, Sum: 9000_00})
	m.books()
}

// A new version counts what is new by its own terms and takes nothing back.
func TestNewVersionKeepsWhatIsOver(t *testing.T) {
	t.Parallel()
	m := open(t)
	anna := m.member()
	_, first := m.buy(anna, "plain", 3900_00) // 3 by a thousand, 900 over
	add := func(sum int64) (coupon.Issued, purchase) {
		p := purchase{campaign: "oz", version: 2, pool: "plain", member: anna, receipt: m.receipt(anna, noon, sum), bought: noon, sum: sum}
		return m.add(p), p
	}
	issued, _ := add(100_00) // at 4,000 the second thousand's pair is full: 2 by two thousand, 1 before
	m.same("at 4,000", issued.Numbers, []int64{4})
	issued, second := add(1900_00)
	m.same("at 5,900", issued.Numbers, []int64{})
	issued, _ = add(100_00)
	m.same("at 6,000", issued.Numbers, []int64{5})
	m.books()
	m.revoke(second.receipt)
	m.same("at 4,100", m.live(anna), numbers(1, 4))
	m.revoke(first.receipt)
	m.same("at 200", m.live(anna), []int64(nil))
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
		"no summing":                   {"cinema", []int64{600_00}, []int64{600_00, 400_00}, 2},
		"the formula counts a person":  {"daily", []int64{9000_00}, []int64{8000_00}, 10},
		"the last receipt is full":     {"mall", []int64{1900_00}, []int64{50_900_00}, 51},
		"so is the member":             {"person", []int64{2900_00}, []int64{4900_00}, 6},
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
				_, p := m.buy(into, tt.pool, 1000_00)
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
		Key: "k", Campaign: "oz", Version: 1, Pool: "plain", Window: coupon.Day, Purchased: noon, Zone: moscow,
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
	wild.Entitled, wild.Sum = func(sum int64) int64 { return sum }, 1<<40
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
